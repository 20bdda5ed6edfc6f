// The list of conversations: what a row says, where it stands, and how one is found (SPEC 3, 6, 11).
import { type Locator } from '@playwright/test';
import { type Person, connect, expect, test } from '../fixtures.ts';
import { pass, stopTime, takeTime } from '../time.ts';

const row = ({ page }: Person, name: string): Locator => page.locator('.inbox .row').filter({ hasText: name });
const names = ({ page }: Person): Locator => page.locator('.inbox li:visible .row-title');
const filter = ({ page }: Person): Locator => page.getByRole('searchbox', { name: 'Filter conversations' });

/** Two friends, each with a room with Ana in which they wrote last; Cleo's is the newer one. */
async function friends(ana: Person, person: (name: string) => Promise<Person>): Promise<[Person, Person]> {
  const bea = await person('bea');
  const cleo = await person('cleo');
  for (const friend of [bea, cleo]) {
    await connect(ana, friend);
    await friend.openLive(ana);
    await friend.say(`hello from ${friend.displayName}`);
    await friend.expectTick('hello', 'sent');
  }
  return [bea, cleo];
}

/** The list of Ana, whose time stands still; the pointer is on the first of two rows, and Bea has written, whose row is the second. */
async function underThePointer(ana: Person, person: (name: string) => Promise<Person>): Promise<void> {
  const [bea] = await friends(ana, person);
  await takeTime(ana);
  await ana.page.goto('/');
  await ana.live();
  await stopTime(ana);
  await expect(names(ana)).toHaveText(['Cleo', 'Bea']);
  await row(ana, 'Cleo').hover();
  await bea.say('second');
  await expect(row(ana, 'Bea')).toContainText('second');
}

test('a row says who wrote what, how far it came, who types and what is not sent', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  await cleo.openLive(ana);
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('shall we meet?');
  await expect(row(ana, 'Bea')).toContainText('You: shall we meet?');
  await expect(row(ana, 'Bea').locator('[data-mark]')).toHaveAttribute('data-mark', 'read');
  await expect(row(ana, 'Bea').getByRole('img', { name: 'Read', exact: true })).toBeVisible();
  await ana.composer.fill('one thing\nmore');
  await expect(row(ana, 'Bea')).not.toContainText('Draft');
  await ana.openLive(cleo);
  await expect(row(ana, 'Bea').locator('.row-last')).toHaveText('Draft: one thing more');
  await expect(row(ana, 'Bea').locator('[data-mark]')).toBeHidden();

  await bea.composer.pressSequentially('wait');
  await expect(row(ana, 'Bea').locator('.row-last')).toHaveText('typing…');
  await bea.composer.press('Enter');
  await expect(row(ana, 'Bea').locator('.row-last')).toHaveText('Draft: one thing more');
  await expect(row(ana, 'Bea').locator('[data-unread="1"]')).toBeVisible();
  await expect(row(ana, 'Bea').locator('.row-title')).toHaveCSS('font-weight', '700');
  await row(ana, 'Bea').click();
  await expect(ana.composer).toHaveValue('one thing\nmore');
  await expect(row(ana, 'Bea')).toContainText('wait');
  await expect(row(ana, 'Bea')).toHaveAttribute('aria-current', 'page');
  await expect(row(ana, 'Bea').locator('[data-unread]')).toHaveCount(0);
});

test('rows change in place under a moving pointer, and take their order when it rests or leaves', async ({ person }) => {
  const ana = await person('ana');
  await underThePointer(ana, person);
  await expect(names(ana)).toHaveText(['Cleo', 'Bea']);
  await ana.page.mouse.move(1_000, 400);
  await expect(names(ana)).toHaveText(['Bea', 'Cleo']);
});

test('an order that is due comes one second after the pointer’s last move', async ({ person }) => {
  const ana = await person('ana');
  await underThePointer(ana, person);
  await pass(ana, 900);
  await ana.page.mouse.move(60, 300);
  await pass(ana, 900);
  await expect(names(ana)).toHaveText(['Cleo', 'Bea']);
  await pass(ana, 200);
  await expect(names(ana)).toHaveText(['Bea', 'Cleo']);
});

test('a row that moves up keeps its node and the focus', async ({ person }) => {
  const ana = await person('ana');
  const [bea] = await friends(ana, person);
  await ana.page.goto('/');
  await ana.live();
  await row(ana, 'Bea').focus();
  await row(ana, 'Bea').evaluate((node) => Object.assign(node, { isTheSame: true }));
  await bea.say('second');
  await expect(names(ana)).toHaveText(['Bea', 'Cleo']);
  await expect(row(ana, 'Bea')).toBeFocused();
  expect(await row(ana, 'Bea').evaluate((node) => 'isTheSame' in node)).toBe(true);
});

test('the list is one stop, and arrows lead from row to row', async ({ person }) => {
  const ana = await person('ana');
  await friends(ana, person);
  await ana.page.goto('/');
  await ana.live();
  await filter(ana).focus();
  await ana.page.keyboard.press('ArrowDown');
  await expect(row(ana, 'Cleo')).toBeFocused();
  await ana.page.keyboard.press('ArrowDown');
  await expect(row(ana, 'Bea')).toBeFocused();
  await ana.page.keyboard.press('Home');
  await expect(row(ana, 'Cleo')).toBeFocused();
  await expect(ana.page.locator('.row[tabindex="0"]')).toHaveCount(1);
  await ana.page.keyboard.press('End');
  await ana.page.keyboard.press('Enter');
  await expect(ana.page.getByRole('heading', { level: 1, name: 'Bea' })).toBeVisible();
  await expect(ana.composer).toBeFocused();
  await ana.page.goBack();
  await expect(row(ana, 'Bea')).toBeFocused();
});

test('the filter finds names without case and accents, opens the first, and offers to find others', async ({ person, visitor }) => {
  const ana = await person('ana');
  const [bea] = await friends(ana, person);
  const zoe = await visitor('zoe');
  await zoe.register('Zoé');
  await connect(ana, zoe);
  await ana.page.goto('/');
  await ana.live();
  await expect(names(ana)).toHaveText(['Cleo', 'Bea', 'Zoé']);
  await expect(ana.page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
  await filter(ana).fill('ZOE');
  await expect(names(ana)).toHaveText(['Zoé']);
  await filter(ana).fill('nobody');
  await expect(names(ana)).toHaveCount(0);
  await expect(ana.page.getByRole('heading', { name: 'Start a conversation' })).toBeHidden();
  await expect(ana.page.locator('.inbox')).toContainText('Nobody of that name here.');
  await expect(ana.page.locator('.inbox').getByRole('link', { name: 'Find people' })).toHaveAttribute('href', '/people?q=nobody');
  await filter(ana).press('Escape');
  await expect(filter(ana)).toHaveValue('');
  await expect(names(ana)).toHaveCount(3);
  await filter(ana).fill('b');
  // What comes meanwhile does not bring the others back.
  await bea.say('second');
  await expect(row(ana, 'Bea')).toContainText('second');
  await expect(names(ana)).toHaveText(['Bea']);
  await filter(ana).press('Enter');
  await expect(ana.page.getByRole('heading', { level: 1, name: 'Bea' })).toBeVisible();
  await expect(filter(ana)).toHaveValue('');
});

test('on a phone Back from a conversation leads to the list where it was', async ({ person }) => {
  const ana = await person('ana', { viewport: { width: 390, height: 220 }, hasTouch: true, isMobile: true });
  await friends(ana, person);
  await ana.page.goto('/');
  await ana.live();
  const list = ana.page.locator('.inbox');
  await list.evaluate((element) => element.scrollTo(0, 40));
  await row(ana, 'Bea').tap();
  await expect(ana.page.getByRole('heading', { level: 1, name: 'Bea' })).toBeFocused();
  await expect(list).toBeHidden();
  await ana.page.goBack();
  await expect(list).toBeVisible();
  await expect(row(ana, 'Bea')).toBeFocused();
  expect(await list.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
});

test('an empty list and a page without scripts say what to do and show no control that does nothing', async ({ person }) => {
  const ana = await person('ana');
  await expect(ana.page.locator('.inbox')).toContainText('Nobody to talk to yet. Find people');
  await expect(filter(ana)).toBeVisible();
  const plain = await person('bea', { javaScriptEnabled: false });
  await expect(plain.page.locator('.inbox')).toContainText('Nobody to talk to yet. Find people');
  await expect(filter(plain)).toBeHidden();
  await expect(plain.page.getByRole('button', { name: 'Keyboard shortcuts' })).toBeHidden();
});
