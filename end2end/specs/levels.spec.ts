// How much of a room somebody wants to hear (SPEC 7): one choice for badge, title and notifications, on every tab and device.
import { type Person, connect, expect, test } from '../browser.ts';
import { noteNotifications, notes } from '../notes.ts';

/** Chooses on the details of a room, as a person does. */
async function choose(person: Person, room: string, level: string): Promise<void> {
  await person.visit(`${room}/details`);
  await person.page.getByRole('radio', { name: level }).check();
  await person.page.getByRole('button', { name: 'Save' }).click();
  await expect(person.page.getByRole('radio', { name: level })).toBeChecked();
}

/** Ana's room, in which Bea and Cleo are; answers its path. */
async function garden(ana: Person, others: Person[]): Promise<string> {
  await ana.visit('/rooms');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  await expect(ana.page).toHaveURL(/\/r\/\d+$/);
  for (const other of others) {
    await other.visit('/rooms');
    await other.page.getByRole('button', { name: 'Join Garden' }).click();
    await expect(other.page).toHaveURL(/\/r\/\d+$/);
  }
  return new URL(ana.page.url()).pathname;
}

const badge = (person: Person, room: string) => person.roomRow(room).locator('.badge');

test('a level changes badge, title and mark in every tab, at once and after loading anew', async ({ person }) => {
  const [ana, bea, cleo] = [await person('ana'), await person('bea'), await person('cleo')];
  const room = await garden(ana, [bea, cleo]);
  for (const one of [bea, cleo]) {
    await one.visit('/');
    await one.live();
  }
  const settings = await cleo.tab(`${room}/details`);
  await ana.live();
  await ana.say('one for everybody');
  await cleo.expectUnread(room, '1');
  await expect(cleo.page).toHaveTitle('(1) Twotick');

  await choose(settings, room, 'Only mentions of me');
  await cleo.expectUnread(room, '');
  await expect(badge(cleo, room)).toHaveAccessibleName('unread');
  await expect(cleo.page).toHaveTitle('Twotick');
  await ana.say('@CLEO, come here. And @bea!');
  await cleo.expectUnread(room, '@1');
  await expect(badge(cleo, room)).toHaveText('@1');
  await expect(badge(cleo, room)).toHaveAccessibleName('1 mentioning you');
  await expect(cleo.page).toHaveTitle('(1) Twotick');
  await bea.expectUnread(room, '2');
  await cleo.page.reload();
  await cleo.live();
  await cleo.expectUnread(room, '@1');

  await choose(settings, room, 'Nothing');
  await cleo.expectUnread(room, '');
  await expect(cleo.roomRow(room)).toHaveAttribute('data-level', 'none');
  await expect(cleo.page).toHaveTitle('Twotick');
  await cleo.page.keyboard.press('Alt+Shift+ArrowDown');
  await expect(cleo.page).toHaveURL(cleo.url(room));
  await expect(cleo.page.locator('[data-divider]')).toContainText('New messages · 2');
  await cleo.expectUnread(room, undefined);
  const called = cleo.bubble('come here');
  await expect(called).toHaveAttribute('data-mention', '');
  await expect(cleo.bubble('one for everybody')).not.toHaveAttribute('data-mention', '');
  expect(await called.locator('.meta').evaluate((meta) => getComputedStyle(meta, '::before').content)).toContain('@');
  await expect(ana.bubble('come here')).not.toHaveAttribute('data-mention', '');

  await choose(settings, room, 'All messages');
  await expect(cleo.roomRow(room)).toHaveAttribute('data-level', 'all');
});

test('a level that was chosen while a tab had no connection is known when it is back', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  await bea.visit('/');
  await bea.live();
  bea.expects(/ERR_INTERNET_DISCONNECTED/);
  const phone = await bea.tab(`${room}/details`);
  await expect(phone.page.getByRole('heading', { name: 'Ana' })).toBeVisible();
  await bea.page.evaluate(() => dispatchEvent(new Event('freeze')));
  await choose(phone, room, 'Nothing');
  await ana.say('are you there?');
  await bea.expectUnread(room, '');
  await phone.page.getByRole('link', { name: 'Back to the conversation' }).click();
  await phone.page.locator('.room-head h1 a').click();
  await expect(phone.page.locator('.panel').getByRole('heading', { name: 'Ana' })).toBeVisible();
});

test('only mentions are notified where only they are wanted, and nothing where nothing is', async ({ laptop, person }) => {
  const ana = await (await laptop('ana')).open();
  await ana.register();
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  const room = await garden(bea, [ana, cleo]);
  await ana.context.grantPermissions(['notifications'], { origin: ana.origin });
  await noteNotifications(ana);
  await choose(ana, room, 'Only mentions of me');
  const tabs = [await ana.tab('/'), await ana.tab('/')] as [Person, Person];
  for (const tab of tabs) await tab.live();
  const front = await ana.tab(`${room}/details`);
  await bea.live();
  await bea.say('for nobody');
  await bea.expectTick('for nobody', 'sent');
  await bea.say('for @ana');
  await expect.poll(() => notes(tabs)).toEqual([{ title: 'Garden', body: 'for @ana', isOpen: true }]);
  for (const tab of tabs) await tab.expectUnread(room, '@1');
  await choose(front, room, 'Nothing');
  await expect.poll(() => notes(tabs)).toMatchObject([{ isOpen: false }]);
  await bea.say('@ana again');
  for (const tab of tabs) await expect(tab.roomRow(room)).toContainText('@ana again');
  for (const tab of tabs) await tab.expectUnread(room, '');
  expect(await notes(tabs)).toHaveLength(1);
});

test('a level is chosen without JavaScript', async ({ person }) => {
  const [ana, bea] = [await person('ana', { javaScriptEnabled: false }), await person('bea', { javaScriptEnabled: false })];
  await connect(ana, bea);
  const room = await ana.open(bea);
  await ana.page.getByRole('heading', { name: 'Bea' }).getByRole('link').click();
  await expect(ana.page).toHaveURL(ana.url(`${room}/details`));
  await choose(ana, room, 'Only mentions of me');
  await bea.open(ana);
  await bea.say('hello');
  await ana.visit('/');
  await ana.expectUnread(room, '');
  await bea.say('hello @ana');
  await ana.page.reload();
  await ana.expectUnread(room, '@1');
});
