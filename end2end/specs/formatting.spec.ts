// Formatted texts: the same from the server and from the script, plain until the server has them, and links that tell nobody where
// they stood.
import { type Person, expect, test } from '../fixtures.ts';

/** Of every kind of formatting something, and what it says then. */
const texts: [string, string][] = [
  ['**bold**, *italics*, _so_, ~~struck~~ and `code`', 'bold, italics, so, struck and code'],
  ['**all *of ~~it `once`~~***', 'all of it once'],
  ['see https://example.org/a_b?c=*d*. And (http://example.org/)!', 'see https://example.org/a_b?c=*d*. And (http://example.org/)!'],
  ['[the **page**](https://example.org/) or ana@example.org', 'the page or ana@example.org'],
  ['first\n> quoted\n> - one\n> - two\n\nlast\nline', 'firstquotedonetwolast\nline'],
  ['to do\n1. write\n  - first this\n  - then that\n2. send', 'to dowritefirst thisthen thatsend'],
  ['7. seven\n8. eight', 'seveneight'],
  ['```rust\nfn main() {\n    println!("**");\n}\n```\nruns', 'fn main() {\n    println!("**");\n}runs'],
  ['**مرحبا** https://example.org/\n> السلام عليكم\n- واحد\n- two', 'مرحبا https://example.org/السلام عليكمواحدtwo'],
  ['b', 'b'],
  ['2*3*4 = 24, #5, 1. and >:( are not <b>', '2*3*4 = 24, #5, 1. and >:( are not <b>'],
];

/** The markup of every text of a page, whatever order its attributes have; of the live page, or of what the server sends. */
const markup = ({ page }: Person, source?: string): Promise<string[]> =>
  page.evaluate((source) => {
    const root = source === undefined ? document : new DOMParser().parseFromString(source, 'text/html');
    const written = (node: Node): string => {
      if (node instanceof Text) return node.data.replaceAll('<', '&lt;');
      if (!(node instanceof Element)) return '';
      const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${value}"`).sort();
      return `<${node.localName}${attributes.join('')}>${[...node.childNodes].map(written).join('')}</${node.localName}>`;
    };
    return [...root.querySelectorAll('article[data-cid] .text')].map(written);
  }, source);

const fromServer = async (person: Person, room: string): Promise<string[]> =>
  markup(person, await (await person.page.request.get(person.url(room))).text());

const shown = ({ page }: Person): Promise<string[]> =>
  page.locator('article[data-cid] .text').evaluateAll((all) => all.map((one) => one.textContent ?? ''));

test('the server and the script draw the same', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  for (const [text] of texts) {
    await ana.composer.fill(text);
    await ana.composer.press('ControlOrMeta+Enter');
    await expect(ana.composer).toHaveValue('');
  }
  const expected = texts.map(([, said]) => said);
  for (const person of [ana, bea]) await expect.poll(() => shown(person)).toEqual(expected);
  const drawn = await fromServer(bea, room);
  expect(drawn.join('\n')).toContain('<a href="https://example.org/" referrerpolicy="no-referrer" rel="noopener noreferrer nofollow ugc" target="_blank">');
  for (const person of [ana, bea]) {
    expect(await markup(person)).toEqual(drawn);
    await person.page.reload();
    await person.live();
    expect(await markup(person)).toEqual(drawn);
  }
});

test('an own text is formatted when the server has it, and again after each edit', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('**one** and two');
  const text = (person: Person) => person.page.locator('article[data-cid] .text').last();
  for (const person of [ana, bea]) await expect(text(person).locator('b')).toHaveText('one');
  await ana.expectTick('and two', 'read');
  const steps: [string, string, string][] = [
    ['one and ~~two~~', 's', 'two'],
    ['one and two', '', ''],
    ['- one\n- two', 'li:last-child', 'two'],
  ];
  for (const [typed, part, says] of steps) {
    await ana.composer.press('ArrowUp');
    await expect(ana.composer).toHaveValue(/one/);
    await ana.composer.fill(typed);
    await ana.composer.press('ControlOrMeta+Enter');
    for (const person of [ana, bea]) {
      if (part === '') await expect(text(person)).toHaveText(typed);
      else await expect(text(person).locator(part)).toHaveText(says);
      await expect(text(person).locator(':scope > *')).toHaveCount(part === '' ? 0 : 1);
    }
    expect(await markup(ana)).toEqual(await fromServer(bea, room));
  }
  // What is copied is what was typed; what is read out keeps the lines apart.
  await ana.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const message = ana.page.locator('article[data-cid]').last();
  await message.focus();
  await expect(message).toHaveAttribute('aria-label', /: one\s+two\. /);
  await expect(message.getByRole('toolbar')).toBeAttached();
  await ana.page.keyboard.press('i');
  await ana.page.getByRole('menuitem', { name: 'Copy text' }).click();
  await expect.poll(() => ana.page.evaluate(() => navigator.clipboard.readText())).toBe('- one\n- two');
});

test('links open apart from the page, which they do not tell', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  const address = new URL('/emoji', ana.origin);
  await ana.say(`look: ${address.href}`);
  const link = bea.bubble('look').getByRole('link', { name: address.href });
  const [opened] = await Promise.all([bea.page.waitForEvent('popup'), link.click()]);
  await opened.waitForLoadState();
  expect(opened.url()).toBe(address.href);
  expect(await opened.evaluate(() => [document.referrer, window.opener])).toEqual(['', null]);
  await opened.close();
  await expect(bea.bubble('look')).toBeVisible();
});

test('a long formatted text is folded, and an emoji alone stays large', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  const lines = Array.from({ length: 60 }, (_, index) => `- **point ${index}** of many`);
  await ana.say(['```', ...lines, '```', ...lines].join('\n'));
  for (const person of [ana, bea]) {
    const bubble = person.bubble('point 0');
    const height = async (): Promise<number> => (await bubble.boundingBox())?.height ?? 0;
    await expect(bubble.locator('pre')).toBeAttached();
    expect(await height()).toBeLessThan(700);
    await bubble.getByRole('button', { name: 'Show more' }).click();
    expect(await height()).toBeGreaterThan(2_000);
    await expect(bubble.locator('li').last()).toHaveText('point 59 of many');
  }
  await ana.say('👍');
  await expect(bea.page.locator('article[data-emoji] .text').last()).toHaveCSS('font-size', '40px');
  await expect(ana.page.locator('article').last()).toBeInViewport();
});

test('the sheet of shortcuts shows what is typed for what', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  const sheet = ana.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByRole('heading', { name: 'Formatting' })).toBeVisible();
  await expect(sheet.locator('dt', { hasText: '**bold**' }).locator('+ dd b')).toHaveText('bold');
});
