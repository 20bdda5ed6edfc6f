// Naming somebody (UX 3.12): "@" offers members of the room, by keyboard and by touch, and never sends.
import { type Person, expect, test } from '../fixtures.ts';

const touch = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };

/** While the list is open, what one writes in is a combobox. */
const field = ({ page }: Person) => page.locator('#composer');
const list = ({ page }: Person) => page.getByRole('listbox', { name: 'Members' });
const options = (person: Person) => list(person).getByRole('option');
const chosen = (person: Person) => list(person).locator('[aria-selected="true"]');

/** Ana's room with these people; each looks at it. */
async function garden(ana: Person, others: Person[]): Promise<string> {
  await ana.visit('/rooms');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  await expect(ana.page).toHaveURL(/\/r\/\d+$/);
  for (const other of others) {
    await other.visit('/rooms');
    await other.page.getByRole('button', { name: 'Join Garden' }).click();
  }
  for (const one of [ana, ...others]) await one.live();
  return new URL(ana.page.url()).pathname;
}

test('a name is completed by keys, and Enter sends only when the list is closed', async ({ person }) => {
  const [ana, bea, ben] = [await person('ana'), await person('bea'), await person('ben.b')];
  const room = await garden(ana, [bea, ben]);
  await field(ana).pressSequentially('Hi @b');
  await expect(options(ana)).toHaveText([/Bea.*@bea/, /Ben\.b.*@ben\.b/]);
  await expect(field(ana)).toHaveAttribute('role', 'combobox');
  await expect(chosen(ana)).toContainText('@bea');
  expect(await field(ana).getAttribute('aria-activedescendant')).toBe(await chosen(ana).getAttribute('id'));
  await ana.page.keyboard.press('ArrowDown');
  await expect(chosen(ana)).toContainText('@ben.b');
  await ana.page.keyboard.press('ArrowDown');
  await expect(chosen(ana)).toContainText('@bea');
  await ana.page.keyboard.press('ArrowUp');
  await ana.page.keyboard.press('Enter');
  await expect(field(ana)).toHaveValue('Hi @ben.b ');
  await expect(list(ana)).toHaveCount(0);
  await expect(field(ana)).toBeFocused();
  await expect(field(ana)).not.toHaveAttribute('role', 'combobox');
  await ana.page.keyboard.type('and (@be');
  await expect(options(ana)).toHaveCount(2);
  await ana.page.keyboard.type('a');
  await expect(options(ana)).toHaveText([/@bea/]);
  await ana.page.keyboard.press('Tab');
  await ana.page.keyboard.type('are you here?)');
  await ana.page.keyboard.press('Enter');
  await ana.expectTick('Hi @ben.b and (@bea are you here?)', 'read');
  for (const one of [bea, ben]) await expect(one.bubble('are you here')).toHaveAttribute('data-mention', '');
  expect((await ana.log(room)).filter(({ text }) => text !== '' && text !== 'Garden')).toHaveLength(1);
});

test('Esc closes the list and keeps the text, and the list comes back with the next name', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana, [bea]);
  await field(ana).pressSequentially('@');
  await expect(options(ana)).toHaveCount(1);
  await ana.page.keyboard.press('Escape');
  await expect(list(ana)).toHaveCount(0);
  await expect(field(ana)).toHaveValue('@');
  await expect(field(ana)).toBeFocused();
  await ana.page.keyboard.type('be mail@b');
  await expect(list(ana)).toHaveCount(0);
  await ana.page.keyboard.type(' @b');
  await expect(options(ana)).toHaveCount(1);
  await ana.page.keyboard.press('ArrowLeft');
  await ana.page.keyboard.press('ArrowLeft');
  await ana.page.keyboard.press('ArrowLeft');
  await expect(list(ana)).toHaveCount(0);
  await ana.page.keyboard.press('End');
  await ana.page.keyboard.type('x');
  await expect(list(ana)).toHaveCount(0);
  await ana.page.keyboard.press('Enter');
  await ana.expectTick('@be mail@b @bx', 'read');
});

test('a key of an input method picks nothing, and what is picked can be undone and is kept as a draft', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana, [bea]);
  await field(ana).pressSequentially('@b');
  await expect(options(ana)).toHaveCount(1);
  await field(ana).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
  await field(ana).dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
  await expect(field(ana)).toHaveValue('@b');
  await expect(options(ana)).toHaveCount(1);
  await ana.page.keyboard.press('Enter');
  await expect(field(ana)).toHaveValue('@bea ');
  await ana.page.keyboard.press('Control+z');
  await expect(field(ana)).not.toHaveValue('@bea ');
  await ana.page.keyboard.press('Control+Shift+z');
  await expect(field(ana)).toHaveValue('@bea ');
  await ana.page.locator('[data-kept="true"], [data-live="true"]').first().waitFor({ state: 'attached' });
  await expect(async () => {
    await ana.page.reload();
    await ana.live();
    await expect(field(ana)).toHaveValue('@bea ', { timeout: 2_000 });
  }).toPass();
});

test('a name is completed by touch, without the keyboard going away', async ({ person }) => {
  const ana = await person('ana', touch);
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  await garden(ana, [bea, cleo]);
  await field(ana).tap();
  await ana.page.keyboard.type('@');
  await expect(options(ana)).toHaveCount(2);
  await options(ana).filter({ hasText: '@cleo' }).tap();
  await expect(field(ana)).toHaveValue('@cleo ');
  await expect(field(ana)).toBeFocused();
  await expect(list(ana)).toHaveCount(0);
  await ana.page.getByRole('button', { name: 'Send' }).tap();
  await expect(cleo.bubble('@cleo')).toHaveAttribute('data-mention', '');
  await expect(bea.bubble('@cleo')).not.toHaveAttribute('data-mention', '');
});

test('without a network there is no list, and what is written waits as always', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana, [bea]);
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  await ana.context.setOffline(true);
  await field(ana).pressSequentially('@bea');
  await ana.page.keyboard.press('Enter');
  await ana.expectTick('@bea', 'waiting');
  await expect(list(ana)).toHaveCount(0);
  await ana.context.setOffline(false);
  await ana.expectTick('@bea', 'read');
});

test('the way to the newest messages says that one of them calls', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana, [bea]);
  for (let number = 0; number < 18; number += 1) await ana.say(`line ${number}\n\n\n\n\n`.trimEnd() + '\nmore\nmore\nmore\nmore');
  await ana.expectTick('line 17', 'read');
  await bea.page.locator('.timeline').evaluate((timeline) => timeline.scrollTo(0, -timeline.scrollHeight));
  const latest = bea.page.locator('[data-jump="latest"]');
  await expect(latest).toBeVisible();
  await ana.say('for everybody');
  await expect(latest).toHaveAccessibleName('Newest messages, new: 1');
  await ana.say('for @bea');
  await expect(latest).toHaveAccessibleName('Newest messages, new: 2, one mentions you');
  await expect(latest).toHaveAttribute('data-mention', '');
  await latest.click();
  await ana.expectTick('for @bea', 'read');
  await expect(latest).not.toHaveAttribute('data-mention', '');
});
