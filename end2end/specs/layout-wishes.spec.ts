// What a system asks of a page: its own colours, more contrast, paper. What colours told before, edges and lines tell then.
import type { Locator } from '@playwright/test';
import { type Person, connect, expect, test } from '../fixtures.ts';

/** Some of the system's colours let a little through. */
const seen_alpha_min = 0.5;

/** Bea has read one of Ana's messages and not the other; another person has written to Ana. */
async function talk(person: (name: string) => Promise<Person>): Promise<Person> {
  const ana = await person('ana');
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  for (const friend of [bea, cleo]) await connect(ana, friend);
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('seen');
  await ana.expectTick('seen', 'read');
  await bea.say('an answer');
  // Whoever leaves the page before it has gone out takes it along.
  await expect(ana.bubble('an answer')).toBeVisible();
  await bea.page.goto('/people');
  // Nor does a page that goes take anything more.
  await expect(ana.page.locator('.room-head .status')).toHaveAttribute('data-presence', 'offline');
  await ana.say('unseen');
  await ana.expectTick('unseen', 'sent');
  await cleo.openLive(ana);
  await cleo.say('hello');
  await expect(ana.page.locator('.badge[data-unread]')).toBeVisible();
  return ana;
}

const style = (element: Locator, property: string): Promise<string> =>
  element.first().evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);

/** Red, green, blue and how much of them. */
async function colour(element: Locator, property: string): Promise<[number, number, number, number]> {
  const [red = 0, green = 0, blue = 0, alpha = 1] = ((await style(element, property)).match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

async function expectEdge(element: Locator, name: string): Promise<void> {
  expect(await style(element, 'border-bottom-style'), name).toBe('solid');
  expect(Number.parseFloat(await style(element, 'border-bottom-width')), name).toBeGreaterThanOrEqual(1);
  const [edge, back] = [await colour(element, 'border-bottom-color'), await colour(element, 'background-color')];
  expect(edge[3], `${name} has an edge`).toBeGreaterThan(seen_alpha_min);
  expect(edge, `the edge of ${name} is seen`).not.toEqual(back);
}

async function expectOutline(element: Locator, name: string): Promise<void> {
  expect(await style(element, 'outline-style'), name).toBe('solid');
  expect(Number.parseFloat(await style(element, 'outline-width')), name).toBeGreaterThanOrEqual(1);
  expect((await colour(element, 'outline-color'))[3], name).toBeGreaterThan(seen_alpha_min);
}

for (const wish of [{ forcedColors: 'active' }, { contrast: 'more' }] as const) {
  test(`everything has an edge with ${JSON.stringify(wish)}`, async ({ person }) => {
    const ana = await talk(person);
    const { page } = ana;
    await page.emulateMedia(wish);
    const bubbles = page.locator('article[data-cid]');
    for (const [name, element] of Object.entries({
      'an own bubble': bubbles.filter({ hasText: 'unseen' }),
      'another’s bubble': bubbles.filter({ hasText: 'an answer' }),
      'a day': page.locator('.lines .day'),
      'the composer': ana.composer,
      'the filter': page.getByRole('searchbox'),
      'the bar': page.locator('.top'),
      'this page’s name': page.getByRole('link', { name: 'Chats' }),
    })) {
      await expectEdge(element, name);
    }
    await page.keyboard.press('Shift+F6');
    await expectOutline(page.locator('article:focus'), 'the message with the focus');
    await page.keyboard.press('Shift+F6');
    await expectOutline(page.locator('.row:focus'), 'the row with the focus');
    await page.keyboard.press('F6');
    await expect(page.locator('.row:focus')).toHaveCount(0);
    const badge = page.locator('.badge[data-unread]');
    expect(await colour(badge, 'background-color')).not.toEqual(await colour(badge, 'color'));
    expect(await colour(badge, 'background-color')).not.toEqual(await colour(page.locator('.inbox'), 'background-color'));
    expect(await colour(ana.tick('seen'), 'color'), 'a read tick').not.toEqual(await colour(ana.tick('unseen'), 'color'));
  });
}

test('in the system’s colours the open conversation has an outline', async ({ person }) => {
  const ana = await talk(person);
  await ana.page.emulateMedia({ forcedColors: 'active' });
  await expectOutline(ana.page.locator('.row[aria-current]'), 'the open row');
  await expect(ana.page.locator('.row:not([aria-current])').first()).toHaveCSS('outline-style', 'none');
});

test('with more contrast what is written softly has the colour of the rest', async ({ person }) => {
  const ana = await talk(person);
  const { page } = ana;
  const soft = { 'a time': page.locator('article time'), 'a preview': page.locator('.row[aria-current] .row-last'), 'a day': page.locator('.lines .day') };
  const text = await colour(page.locator('body'), 'color');
  for (const [name, element] of Object.entries(soft)) expect(await colour(element, 'color'), name).not.toEqual(text);
  await page.emulateMedia({ contrast: 'more' });
  for (const [name, element] of Object.entries(soft)) expect(await colour(element, 'color'), name).toEqual(text);
});

test('on paper there is the conversation, whole, and nothing else', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  for (let index = 0; index < 11; index += 1) await ana.say(`${index} ${'a message of some length '.repeat(index % 4)}`);
  await ana.say(`begins ${'line\n'.repeat(40)} ends`);
  await ana.expectTick('begins', 'sent');
  const { page } = ana;
  await page.locator('.timeline').evaluate((element) => element.scrollBy(0, -300));
  await expect(page.locator('[data-floating]')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('article[data-cid]:visible')).toHaveCount(12);
  await expect(page.locator('.inbox:visible, .composer:visible, .top:visible, button:visible, [data-floating]:visible')).toHaveCount(0);
  const clipped = (selector: string) =>
    page.locator(selector).last().evaluate((element) => element.scrollHeight - element.clientHeight);
  expect(await clipped('.timeline'), 'all of it').toBeLessThanOrEqual(0);
  expect(await clipped('article .text'), 'the whole of a long text').toBeLessThanOrEqual(0);
});
