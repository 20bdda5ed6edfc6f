// What hangs on messages, as a script has drawn it and as the server draws it.
import type { Person } from './person.ts';

/** The cards of a room in both ways, to the attribute, without what a script alone offers. */
export async function cards(person: Person, room: string, card: string, offered: string): Promise<{ drawn: string[]; sent: string[] }> {
  return person.page.evaluate(async ([room, card, offered]) => {
    const shape = (node: Node): string => {
      if (node instanceof Text) return node.data;
      if (!(node instanceof Element) || node.matches(offered)) return '';
      const attributes = [...node.attributes].filter(({ name }) => name !== 'tabindex').map(({ name, value }) => ` ${name}="${value}"`).sort();
      return `<${node.localName}${attributes.join('')}>${[...node.childNodes].map(shape).join('')}</>`;
    };
    const all = (root: ParentNode) => [...root.querySelectorAll(`article ${card}`)].map(shape);
    const answer = await fetch(room);
    return { drawn: all(document), sent: all(new DOMParser().parseFromString(await answer.text(), 'text/html')) };
  }, [room, card, offered] as const);
}
