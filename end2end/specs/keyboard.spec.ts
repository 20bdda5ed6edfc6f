// Everything by keyboard: shortcuts, the sheet made of them, the switcher, lists with one stop, and no focus that is lost.
import { type Locator } from '@playwright/test';
import { type Person, connect, expect, password, test } from '../fixtures.ts';
import { pass, stopTime, takeTime } from '../time.ts';

const press = async ({ page }: Person, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const write = ({ page }: Person, text: string): Promise<void> => page.keyboard.type(text);
const switcher = ({ page }: Person): Locator => page.getByRole('combobox', { name: 'Conversation or person' });
const sheet = ({ page }: Person): Locator => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const heading = ({ page }: Person, name: string): Locator => page.getByRole('heading', { level: 1, name });
const messages = ({ page }: Person): Locator => page.locator('article[data-cid]');

/** Ana knows all of them; each has written to her, the last of them last. Answers the paths of the rooms. */
async function company(person: (name: string) => Promise<Person>, ana: Person, names: string[]): Promise<string[]> {
  const rooms: string[] = [];
  for (const name of names) {
    const other = await person(name);
    await connect(ana, other);
    rooms.push(await other.openLive(ana));
    await other.say(`hello from ${other.displayName}`);
    await other.expectTick('hello', 'sent');
    await other.page.close();
  }
  return rooms;
}

test('letters go into the composer from anywhere, but shortcuts do not, nor what is written elsewhere', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.composer.blur();
  await press(ana, 'Control+b', 'ArrowLeft', 'Shift', 'Escape');
  await expect(ana.composer).not.toBeFocused();
  await write(ana, 'hé');
  await expect(ana.composer).toBeFocused();
  await expect(ana.composer).toHaveValue('hé');
  await press(ana, 'Control+k');
  await write(ana, 'be');
  await expect(switcher(ana)).toHaveValue('be');
  await expect(ana.composer).toHaveValue('hé');
});

test('the switcher finds rooms and people without case and accents, and gives the focus back', async ({ person, visitor }) => {
  const ana = await person('ana');
  const [withBea] = await company(person, ana, ['bea']);
  const zoe = await visitor('zoe');
  await zoe.register('Zoé');
  await connect(ana, zoe);
  await ana.page.goto('/');
  await ana.live();
  await press(ana, 'Control+k');
  const options = ana.page.getByRole('option');
  await expect(options).toHaveText([/Bea/, /Zoé/]);
  await expect(switcher(ana)).toHaveAttribute('aria-activedescendant', (await options.first().getAttribute('id')) ?? 'none');
  await write(ana, 'ZOE');
  await expect(options).toHaveText([/Zoé/]);
  await press(ana, 'Control+a');
  await write(ana, 'nobody at all');
  await expect(options).toHaveCount(0);
  await expect(ana.page.getByRole('dialog').getByRole('link', { name: /Find people/ })).toHaveAttribute('href', '/people?q=nobody%20at%20all');
  await press(ana, 'Escape');
  await expect(ana.page.getByRole('dialog')).toHaveCount(0);
  await press(ana, 'Control+k');
  await write(ana, 'b');
  await press(ana, 'Enter');
  await expect(ana.page).toHaveURL(withBea ?? '');
  await expect(ana.composer).toBeFocused();
  await press(ana, 'Control+k', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Escape');
  await expect(ana.composer).toBeFocused();
  await expect(heading(ana, 'Bea')).toBeVisible();
});

test('Alt with the arrows goes through the rooms, with Shift through the unread ones', async ({ person }) => {
  const ana = await person('ana');
  await company(person, ana, ['bea', 'cleo', 'dora']);
  await ana.page.goto('/');
  await ana.live();
  await press(ana, 'Alt+ArrowDown');
  await expect(heading(ana, 'Dora')).toBeVisible();
  await expect(ana.composer).toBeFocused();
  await press(ana, 'Alt+ArrowDown');
  await expect(heading(ana, 'Cleo')).toBeVisible();
  await press(ana, 'Alt+ArrowUp');
  await expect(heading(ana, 'Dora')).toBeVisible();
  await press(ana, 'Alt+ArrowUp');
  await expect(heading(ana, 'Bea')).toBeVisible();
  await ana.page.goto('/');
  await ana.live();
  await expect(ana.page.locator('[data-unread]')).toHaveCount(0);
});

test('an unread room is reached over read ones', async ({ person }) => {
  const ana = await person('ana');
  const [withBea] = await company(person, ana, ['bea', 'cleo', 'dora']);
  for (const name of ['Dora', 'Cleo']) {
    await ana.page.goto('/');
    await ana.live();
    await ana.page.locator('.row', { hasText: name }).click();
    await expect(heading(ana, name)).toBeVisible();
    await expect(ana.page.locator('.row', { hasText: name }).locator('[data-unread]')).toHaveCount(0);
  }
  await ana.page.locator('.row', { hasText: 'Dora' }).click();
  await expect(heading(ana, 'Dora')).toBeVisible();
  await press(ana, 'Alt+Shift+ArrowDown');
  await expect(ana.page).toHaveURL(withBea ?? '');
});

test('F6 goes round the parts of the page, and Shift goes back', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.say('something');
  // A conversation without a message is no part that one goes to, and the bubble comes when it is kept.
  await ana.expectTick('something', 'sent');
  await expect(ana.composer).toBeFocused();
  const focused = ana.page.locator(':focus');
  const inside = (part: string): Locator => ana.page.locator(part).filter({ has: focused });
  await press(ana, 'F6');
  await expect(inside('.top')).toHaveCount(1);
  await press(ana, 'F6');
  await expect(inside('.inbox')).toHaveCount(1);
  await press(ana, 'F6');
  await expect(messages(ana).and(focused)).toHaveCount(1);
  await press(ana, 'F6');
  await expect(ana.composer).toBeFocused();
  await press(ana, 'Shift+F6');
  await expect(messages(ana).and(focused)).toHaveCount(1);
  // Browsers have F6 for parts of their own window.
  await press(ana, 'Control+F6');
  await expect(ana.composer).toBeFocused();
  await press(ana, 'Control+Shift+F6');
  await expect(messages(ana).and(focused)).toHaveCount(1);
  await press(ana, 'Control+Shift+F6');
  await expect(inside('.inbox')).toHaveCount(1);
});

test('messages are one stop, with arrows between them and a sentence for each', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  for (const text of ['one', 'two', 'three']) await ana.say(text);
  await bea.say('four');
  await expect(ana.bubble('four')).toBeVisible();
  await ana.expectTick('three', 'read');
  const stops = ana.page.locator('article[tabindex="0"]');
  await expect(stops).toHaveCount(1);
  await press(ana, 'Shift+F6');
  await expect(ana.bubble('four')).toBeFocused();
  await expect(ana.bubble('four')).toHaveAttribute('aria-label', /^Bea, \d\d:\d\d: four$/);
  await press(ana, 'ArrowUp');
  await expect(ana.bubble('three')).toBeFocused();
  await expect(ana.bubble('three')).toHaveAttribute('aria-label', /^You, \d\d:\d\d: three\. Read$/);
  await press(ana, 'Home');
  await expect(ana.bubble('one')).toBeFocused();
  await press(ana, 'ArrowUp');
  await expect(ana.bubble('one')).toBeFocused();
  await press(ana, 'ArrowDown');
  await expect(ana.bubble('two')).toBeFocused();
  await expect(stops).toHaveCount(1);
  await press(ana, 'Escape');
  await expect(ana.composer).toBeFocused();
});

test('the sheet names every shortcut, also those of an Apple machine', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await write(ana, 'why?');
  await expect(ana.composer).toHaveValue('why?');
  await press(ana, 'Control+/');
  await expect(sheet(ana)).toContainText('CtrlK');
  await expect(sheet(ana).locator('dt')).toHaveCount(await sheet(ana).locator('dd').count());
  await press(ana, 'Escape');
  await expect(sheet(ana)).toHaveCount(0);
  await expect(ana.composer).toBeFocused();
  await ana.page.addInitScript(() => Object.defineProperty(navigator, 'platform', { value: 'MacIntel' }));
  await ana.page.goto('/');
  await ana.live();
  await write(ana, '?');
  await expect(sheet(ana)).toContainText('⌘K');
  await press(ana, 'Enter');
  await expect(sheet(ana)).toHaveCount(0);
  await press(ana, 'Meta+k');
  await expect(switcher(ana)).toBeFocused();
});

/** Presses Tab until it is there, as somebody without a mouse. */
async function tabTo(person: Person, goal: Locator): Promise<void> {
  for (let stop = 0; stop < 40; stop++) {
    if (await goal.evaluate((element) => element === document.activeElement)) return;
    await press(person, 'Tab');
  }
  throw new Error('Tab does not lead there.');
}

/** The focus is on something. */
async function expectFocus({ page }: Person, after: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.localName), { message: after }).not.toBe('body');
}

test('the main jobs are done without a mouse, and the focus is never lost', async ({ visitor, person }) => {
  const ana = await visitor('ana');
  const { page } = ana;
  const act = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await press(ana, key);
      await expectFocus(ana, key);
    }
  };
  await page.goto('/register');
  for (const [label, text] of [['Username', 'ana'], ['Display name', 'Ana'], ['Password', password]] as const) {
    await tabTo(ana, page.getByLabel(label));
    await write(ana, text);
  }
  await press(ana, 'Enter');
  await expect(page).toHaveURL('/');
  const [withCleo] = await company(person, ana, ['cleo']);
  const bea = await person('bea');
  await page.goto('/');
  await ana.live();

  await tabTo(ana, page.locator('.inbox').getByRole('link', { name: 'Find people' }));
  await press(ana, 'Enter');
  await expect(page).toHaveURL('/people');
  await tabTo(ana, page.getByLabel('Find people'));
  await write(ana, 'bea');
  await press(ana, 'Enter');
  await expect(ana.row(bea)).toBeVisible();
  await tabTo(ana, ana.row(bea).getByRole('button', { name: 'Connect' }));
  await press(ana, 'Enter');
  await expect(ana.row(bea).getByRole('button', { name: 'Cancel request' })).toBeVisible();

  await bea.page.goto('/people');
  await tabTo(bea, bea.row(ana).getByRole('button', { name: 'Accept' }));
  await press(bea, 'Enter');
  await expect(bea.row(ana).getByRole('link', { name: 'Message' })).toBeVisible();
  await tabTo(bea, bea.row(ana).getByRole('link', { name: 'Message' }));
  await press(bea, 'Enter');
  await bea.live();
  await expect(bea.composer).toBeFocused();
  await write(bea, 'hello Ana');
  await press(bea, 'Enter');
  await bea.expectTick('hello Ana', 'sent');

  await tabTo(ana, page.getByRole('link', { name: 'Chats' }));
  await press(ana, 'Enter');
  await expect(page).toHaveURL('/');
  await ana.live();
  await expect(page.locator('.row', { hasText: 'hello Ana' })).toBeVisible();
  await act('F6', 'Enter');
  await expect(heading(ana, 'Bea')).toBeVisible();
  await expect(ana.composer).toBeFocused();
  await act('Shift+F6', 'Home', 'Escape');
  await expect(ana.composer).toBeFocused();
  await write(ana, 'hello Bea');
  await act('Enter');
  await bea.page.bringToFront();
  await ana.expectTick('hello Bea', 'read');

  await act('Alt+ArrowDown');
  await expect(page).toHaveURL(withCleo ?? '');
  await act('Control+k');
  await write(ana, 'be');
  await act('Enter');
  await expect(heading(ana, 'Bea')).toBeVisible();
  await act('Shift+F6', 'Shift+F6', 'Shift+Tab', 'Shift+Tab');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await write(ana, 'cl');
  await act('Enter');
  await expect(heading(ana, 'Cleo')).toBeVisible();
  await act('Control+/', 'Escape', 'Escape');
  await expect(sheet(ana)).toHaveCount(0);
  await act('F6');
  await tabTo(ana, page.getByRole('button', { name: 'Log out' }));
  await press(ana, 'Enter');
  await expect(page).toHaveURL('/login');
});

test('the first stop of every page leads past what is on all of them', async ({ pair: [ana, bea] }) => {
  await ana.page.goto('/people');
  await press(ana, 'Tab');
  await expect(ana.page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await press(ana, 'Enter', 'Tab');
  await expect(ana.page.getByLabel('Find people')).toBeFocused();
  const room = await ana.openLive(bea);
  await ana.page.getByRole('link', { name: 'Skip to the content' }).focus();
  await press(ana, 'Enter');
  await expect(ana.composer).toBeFocused();
  await ana.page.goBack();
  await expect(ana.page).toHaveURL(room);
  await expect(heading(ana, 'Bea')).toBeVisible();
});

test('what others write is said, several together, and nothing of one’s own', async ({ pair: [ana, bea] }) => {
  await takeTime(ana);
  await ana.openLive(bea);
  await bea.openLive(ana);
  const said = ana.page.locator('[data-announcer]');
  await stopTime(ana);
  await ana.say('mine');
  await bea.say('one');
  await expect(ana.bubble('one')).toBeVisible();
  await expect(said).toHaveText('');
  await pass(ana, 1_000);
  await expect(said).toHaveText('New message from Bea.');
  for (const text of ['two', 'three']) await bea.say(text);
  await expect(ana.bubble('three')).toBeVisible();
  await pass(ana, 1_000);
  await expect(said).toHaveText('2 new messages.');
  await expect(ana.page.locator('[aria-live],[role=log],[role=status]')).toHaveCount(1);
});
