// The lobby below the list of conversations: what others open, close or ask shows there by itself, and joins work by a plain form.
import { type Person, connect, expect, test } from '../fixtures.ts';

const lobby = ({ page }: Person) => page.locator('.lobby');
const listed = (person: Person) => lobby(person).locator('[data-listed]');
const badge = ({ page }: Person) => page.locator('.top [data-requests] .badge');

/** Makes a public room in another tab of somebody; answers that tab, at the room's details. */
async function makeRoom(person: Person, title: string): Promise<Person> {
  const tab = await person.tab('/rooms');
  await tab.page.getByLabel('Name', { exact: true }).fill(title);
  await tab.page.getByRole('button', { name: 'Make the room' }).click();
  await expect(tab.page).toHaveURL(/\/r\/\d+$/);
  await tab.visit(`${new URL(tab.page.url()).pathname}/details`);
  return tab;
}

test('rooms that others make, rename, close and open again show without loading the page', async ({ person }) => {
  const [ana, eve] = [await person('ana'), await person('eve')];
  await eve.live();
  await expect(listed(eve)).toHaveCount(0);
  await expect(lobby(eve).getByRole('link', { name: 'Make a room' })).toBeVisible();
  const details = await makeRoom(ana, 'Garden');
  await expect(listed(eve)).toHaveText(/Garden\s*1 member/);
  await expect(lobby(eve).getByRole('link', { name: 'All rooms' })).toBeVisible();
  await details.page.getByLabel('Name', { exact: true }).fill('Orchard');
  await details.page.getByRole('button', { name: 'Rename' }).click();
  await expect(listed(eve)).toHaveText(/Orchard/);
  await details.page.getByRole('button', { name: 'Close this room' }).click();
  await expect(listed(eve)).toHaveCount(0);
  await details.page.getByRole('button', { name: 'Open it again' }).click();
  await expect(listed(eve)).toHaveText(/Orchard/);

  // Joined in one tab, it is none to join in the other.
  const other = await eve.tab('/');
  await other.live();
  await expect(listed(other)).toHaveText(/Orchard/);
  await listed(other).getByRole('button', { name: 'Join Orchard' }).click();
  await expect(other.page).toHaveURL(/\/r\/\d+$/);
  await expect(eve.page.locator('.inbox [data-room]')).toHaveCount(1);
  await expect(listed(eve).filter({ visible: true })).toHaveCount(0);
});

test('who asks and who accepts shows without loading the page', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await ana.live();
  await expect(badge(ana)).toBeHidden();
  await (await bea.find(ana)).getByRole('button', { name: 'Connect' }).click();
  await expect(badge(ana)).toHaveText('1');
  await expect(lobby(ana).getByRole('link', { name: '1 person wants to connect with you' })).toBeVisible();

  const people = await ana.tab('/people');
  await bea.visit('/');
  await bea.live();
  await people.row(bea).getByRole('button', { name: 'Accept' }).click();
  await expect(badge(ana)).toBeHidden();
  await expect(bea.page.locator('.inbox .row').filter({ hasText: 'Ana' })).toBeVisible();
  await expect(bea.page.locator('.inbox').getByText('Connected just now')).toBeVisible();
  await bea.page.keyboard.press('Control+k');
  await expect(bea.page.getByRole('option', { name: 'Ana' })).toBeVisible();
  await bea.page.keyboard.press('Enter');
  await expect(bea.page).toHaveURL(/\/r\/\d+$/);
});

test('the page of people is told of a request while it is open', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await ana.visit('/people');
  await (await bea.find(ana)).getByRole('button', { name: 'Connect' }).click();
  await expect(ana.row(bea).getByRole('button', { name: 'Accept' })).toBeVisible();
  await expect(badge(ana)).toHaveText('1');
  // Where somebody is at work, it is only said.
  await ana.row(bea).getByRole('button', { name: 'Accept' }).focus();
  await bea.page.getByRole('button', { name: 'Cancel request' }).click();
  await expect(ana.page.getByRole('status')).toContainText('There are new requests or answers.');
  await ana.page.getByRole('link', { name: 'Show them' }).click();
  await expect(ana.row(bea)).toHaveCount(0);
});

test('a room is joined from the list without JavaScript', async ({ person }) => {
  const ana = await person('ana');
  await makeRoom(ana, 'Garden');
  const eve = await person('eve', { javaScriptEnabled: false });
  await listed(eve).getByRole('button', { name: 'Join Garden' }).click();
  await expect(eve.page).toHaveURL(/\/r\/\d+$/);
  await eve.visit('/');
  await expect(listed(eve)).toHaveCount(0);
  await connect(eve, ana);
});
