// What scripts draw while the chat is alive is what the server draws for browsers without them, to the attribute.
import { type Person, connect, expect, test } from '../fixtures.ts';

/** What either side alone has: stops and marks of the keyboard, what a script offers or what stands in for it, and what follows the
    pointer. */
const apart = ['tabindex', 'autofocus', 'aria-label', 'style'];

/** In the page: every message and every row of the list as it stands, and as the server draws it now. */
async function drawn(person: Person): Promise<{ here: string[]; there: string[] }> {
  return person.page.evaluate(async (apart) => {
    const shape = (node: Node): string => {
      // Where there is nothing to say, the server says a space.
      if (node instanceof Text) return node.data === ' ' && node.parentNode?.childNodes.length === 1 ? '' : node.data;
      if (!(node instanceof Element)) return '';
      if (node.matches('.no-script, .message-bar')) return '';
      const ignored = node.matches('article, article button') ? apart : ['tabindex'];
      const attributes = [...node.attributes]
        .filter(({ name }) => !ignored.includes(name))
        .map(({ name, value }) => ` ${name}="${value}"`)
        .sort();
      return `<${node.localName}${attributes.join('')}>${[...node.childNodes].map(shape).join('')}</>`;
    };
    const all = (root: ParentNode) => [...root.querySelectorAll('article, .inbox > ul > li')].map(shape);
    const answer = await fetch(location.href);
    return { here: all(document), there: all(new DOMParser().parseFromString(await answer.text(), 'text/html')) };
  }, apart);
}

async function expectSame(person: Person, most: number): Promise<void> {
  await expect(async () => {
    const { here, there } = await drawn(person);
    expect(here.length).toBeGreaterThanOrEqual(most);
    expect(here).toEqual(there);
  }).toPass();
}

test('messages and rows are the same from the server and from scripts', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await bea.say('Good morning');
  await bea.say('again <b>');
  for (const text of ['👍🎁', 'A long story has many lines. '.repeat(80), 'first\n  second', '**tea** at [four](https://example.org/)', 'to be edited', 'to be deleted']) await ana.say(text);
  await ana.expectTick('to be deleted', 'read');
  const change = async (who: Person, seq: number, field: Record<string, string>) =>
    expect((await who.context.request.post(who.url('/api/fn/amend'), {
      headers: { origin: who.origin },
      data: { cid: `019a9f3c-5d00-7abc-8def-01234567${String(seq).padStart(4, '0')}`, room: Number(room.split('/').pop()), target: seq, amendment: field },
    })).status()).toBe(200);
  await change(ana, 7, { act: 'edit', content: 'edited' });
  await change(ana, 8, { act: 'delete' });
  await change(bea, 3, { act: 'react', emoji: '👍' });
  await ana.post(`${room}/message/1/reply`, { content: 'an answer' });
  await expect(ana.bubble('an answer')).toBeVisible();
  await ana.expectTick('an answer', 'read');
  await expect(ana.page.locator('.reactions')).toHaveCount(1);
  await expectSame(ana, 11);
  await expectSame(bea, 10);
});

test('so they are in a group, where faces, names and counts are shown', async ({ pair: [ana, bea] }) => {
  await ana.visit('/rooms');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  await ana.live();
  const path = new URL(ana.page.url()).pathname;
  await bea.post(`${path}/change/join`, {});
  await bea.visit(path);
  await bea.live();
  await ana.say('@bea, tea?');
  await bea.say('Yes!');
  await ana.expectTick('tea?', 'read');
  await expect(bea.bubble('tea?')).toHaveAttribute('data-mention', '');
  await expectSame(ana, 5);
  await expectSame(bea, 5);
});
