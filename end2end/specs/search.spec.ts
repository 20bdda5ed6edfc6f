// A message is found again: by its words, and by the address of its place, which opens the room there; with and without scripts.
import { fill, many_allowed } from '../fill.ts';
import { type Person, answered, connect, expect, test } from '../fixtures.ts';

test.use({ settings: many_allowed });

const long = 300;
const target = 120;

/** A conversation that is too long for one page. */
async function talked(ana: Person, bea: Person): Promise<string> {
  const room = await bea.open(ana);
  // The page of whoever writes would have to draw all of it.
  await bea.page.goto('about:blank');
  await fill(bea, room, long, (index) => `line ${index + 1}.`, 1);
  return room;
}

const at = ({ page }: Person, seq: number) => page.locator(`article[data-seq="${seq}"]`);

/** Its middle is in view, and neither the beginning nor the end of the page is. */
async function expectInView(person: Person): Promise<void> {
  await expect(at(person, target)).toBeInViewport({ ratio: 1 });
  await expect(at(person, long)).not.toBeInViewport();
}

for (const [name, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`a room opens at a message, ${name}`, async ({ person, pair: [ana, bea] }) => {
    const room = await talked(ana, bea);
    const reader = await person('cyd', options);
    const cyd_room = `${room}?at=${target}`;
    await reader.context.clearCookies();
    await reader.context.addCookies(await ana.context.cookies());
    await reader.visit(cyd_room);
    if (name === 'with scripts') await reader.live();
    await expectInView(reader);
    await expect(at(reader, target)).toBeFocused();
    await expect(at(reader, target)).toHaveCSS('outline-style', 'solid');
  });
}

test('the live chat holds the place, loads what lies between it and the end, and goes on', async ({ pair: [ana, bea] }) => {
  const room = await talked(ana, bea);
  await ana.visit(`${room}?at=${target}`);
  await ana.live();
  await expectInView(ana);
  const top = async () => (await at(ana, target).boundingBox())?.y ?? 0;
  const before = await top();
  await fill(bea, room, 1, () => 'something new');
  await expect(ana.page.locator('[data-jump="latest"]')).toBeVisible();
  expect(Math.abs((await top()) - before), 'what is read stays where it is').toBeLessThan(1);
  const shown = async () => (await ana.transcript()).map(({ seq }) => Number(seq));
  // On a page that was drawn slowly it has been in sight for a moment, and is filled already.
  await ana.page.locator('[data-gap]').or(at(ana, target + 40)).first().scrollIntoViewIfNeeded();
  await expect.poll(async () => (await shown()).includes(target + 40)).toBe(true);
  await ana.page.getByRole('button', { name: 'Newest messages' }).click();
  await expect(at(ana, long + 1)).toBeInViewport();
});

test('from a place one pages on by plain links, and a place that is none says so', async ({ pair: [ana, bea], person }) => {
  const room = await talked(ana, bea);
  const reader = await person('cyd', { javaScriptEnabled: false });
  await reader.context.clearCookies();
  await reader.context.addCookies(await ana.context.cookies());
  await reader.visit(`${room}?at=${target}`);
  await reader.page.getByRole('link', { name: 'Newer messages' }).click();
  await expect(at(reader, target + 25)).toBeAttached();
  await reader.visit(`${room}?at=${target}`);
  await reader.page.getByRole('link', { name: 'Older messages' }).click();
  await expect(at(reader, target - 26)).toBeAttached();
  await ana.visit(`${room}?at=${long + 50}`);
  await ana.live();
  await expect(ana.notice).toHaveText(/That message is not here/);
  await expect(at(ana, long)).toBeInViewport();
});

/** What the page or panel of results shows, the newest first. */
const results = ({ page }: Person) => page.locator('[data-hit] .said');

async function search(person: Person, words: string): Promise<void> {
  await person.page.getByLabel('Words to look for').fill(words);
  await person.page.getByLabel('Words to look for').press('Enter');
}

/** Results appear a moment after their messages: asked again until they are there. */
async function expectResults(person: Person, address: string, texts: (string | RegExp)[]): Promise<void> {
  await expect(async () => {
    await person.visit(address);
    await expect(results(person)).toHaveText(texts, { timeout: 500 });
  }).toPass();
}

for (const [name, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`words of any script are found, and lead to their place, ${name}`, async ({ pair: [ana, bea], person }) => {
    const room = await talked(ana, bea);
    await fill(bea, room, 1, () => 'العَرَبِيَّة جميلة');
    await fill(bea, room, 1, () => '我在上海工作');
    await fill(bea, room, 60, (index) => `and then line ${index}`);
    const reader = await person('cyd', options);
    await reader.context.clearCookies();
    await reader.context.addCookies(await ana.context.cookies());
    await expectResults(reader, `/search?q=${encodeURIComponent('العربية')}`, [/العَرَبِيَّة/]);
    await expectResults(reader, `/search?q=${encodeURIComponent('海')}`, [/上海/]);
    await reader.visit('/search');
    await search(reader, '上海');
    await expect(results(reader)).toHaveText(['我在上海工作']);
    await expect(reader.page.locator('mark')).toHaveText(['上海']);
    await expect(reader.page.locator('.near')).toHaveText([/العَرَبِيَّة جميلة/, /and then line/]);
    await reader.page.locator('[data-hit]').click();
    await expect(reader.page).toHaveURL(new RegExp(`${room}\\?at=${long + 2}$`));
    await expect(at(reader, long + 2)).toBeInViewport({ ratio: 1 });
    await expect(at(reader, long + 2)).toBeFocused();
  });
}

test('a search opens beside the conversation by a key, jumps within it, and its results go on', async ({ pair: [ana, bea] }) => {
  const room = await talked(ana, bea);
  await expectResults(ana, '/search?q=300', [/line 300/]);
  await ana.visit(room);
  await ana.live();
  await ana.page.locator('.room-head h1').focus();
  await ana.page.keyboard.press('/');
  const field = ana.page.locator('.panel').getByLabel('Words to look for');
  await expect(field).toBeFocused();
  await field.fill('line');
  await field.press('Enter');
  await expect(results(ana)).toHaveCount(20);
  await ana.page.locator('.panel').getByRole('link', { name: 'Older results' }).click();
  await expect(results(ana).first()).toHaveText('line 280.');
  await ana.page.locator('.panel [data-hit]').first().click();
  await expect(at(ana, 280)).toBeFocused();
  await expect(at(ana, 280)).toBeInViewport({ ratio: 1 });
  await expect(ana.page.locator('.panel')).toBeVisible();
  await ana.composer.focus();
  await ana.page.keyboard.press('/');
  await expect(ana.composer).toHaveValue('/');
});

test('filters narrow a search down, and what is hostile is only text', async ({ pair: [ana, bea], person }) => {
  const cyd = await person('cyd');
  await connect(ana, cyd);
  const [with_bea, with_cyd] = [await ana.open(bea), await ana.open(cyd)];
  await fill(bea, with_bea, 1, () => 'tea with bea');
  await fill(cyd, with_cyd, 1, () => 'tea with cyd');
  await fill(ana, with_cyd, 1, () => '<img src=x onerror=alert(1)> tea & "more"');
  await expectResults(ana, '/search?q=tea', [/img src/, 'tea with cyd', 'tea with bea']);
  await ana.page.getByText('Narrow it down').click();
  await ana.page.getByLabel('Conversation').selectOption('Cyd');
  await search(ana, 'tea');
  await expect(results(ana)).toHaveText([/<img src=x onerror=alert\(1\)>/, 'tea with cyd']);
  await ana.page.getByLabel('From (username)').fill('cyd');
  await search(ana, 'tea');
  await expect(results(ana)).toHaveText(['tea with cyd']);
  await ana.page.getByLabel('Since').fill('2020-01-01');
  await ana.page.getByLabel('Until').fill('2020-01-02');
  await search(ana, 'tea');
  await expect(ana.page.getByText('Nothing found')).toBeVisible();
  ana.expects(answered(422), answered(404));
  await ana.visit(`/search?q=${'x'.repeat(10_000)}`);
  await expect(ana.page.getByRole('alert')).toHaveText(/at most 200 characters/);
  await ana.visit('/search?q=tea&person=nobody');
  await expect(ana.page.getByRole('alert')).toHaveText(/nobody of that name/);
  for (const odd of ['%', '*', '"', '_', '\\', '\u{e000}1', '") OR ("']) {
    await ana.visit(`/search?q=${encodeURIComponent(odd)}`);
    await expect(results(ana).filter({ hasText: 'bea' })).toHaveCount(0);
  }
});

test('on a phone, a search covers everything and leads into the conversation', async ({ person, pair: [ana, bea] }) => {
  const room = await talked(ana, bea);
  await expectResults(ana, '/search?q=300', [/line 300/]);
  const phone = await person('cyd', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await phone.context.clearCookies();
  await phone.context.addCookies(await ana.context.cookies());
  await phone.visit('/');
  await phone.live();
  await phone.page.getByRole('link', { name: 'Search messages' }).click();
  await search(phone, '"line 120."');
  await expect(results(phone)).toHaveText(['line 120.']);
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the phone').toBe(true);
  await phone.page.locator('[data-hit]').click();
  await expect(phone.page).toHaveURL(new RegExp(`${room}\\?at=${target}$`));
  await expectInView(phone);
});
