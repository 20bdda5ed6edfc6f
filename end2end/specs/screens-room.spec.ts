// Pictures of conversations while all is well.
import type { Locator } from '@playwright/test';
import { type Person, connect, expect } from '../fixtures.ts';
import { fill, many_allowed } from '../fill.ts';
import { picture, test } from '../gallery.ts';

test.use({ settings: many_allowed });

/** What two people say in a morning. */
async function morning(ana: Person, bea: Person): Promise<void> {
  await ana.say('Good morning! Did the parcel arrive?');
  await bea.say('Yes, an hour ago.');
  await bea.say('It is bigger than I thought, and heavier: I had to ask the neighbour to help me with it on the stairs.');
  await bea.say('He wants to know what is in it.');
  await ana.say('A boat');
  await ana.say('Without water, of course');
  await ana.expectTick('Without water', 'read');
}

/** Writes a letter more, until it is seen. */
const types = (author: Person, seen: Locator) => async () => {
  await expect(async () => {
    await author.composer.pressSequentially('o');
    await expect(seen).toBeVisible({ timeout: 1_500 });
  }).toPass();
};

test('pictures of a conversation', async ({ pair: [ana, bea] }) => {
  await bea.openLive(ana);
  await ana.openLive(bea);
  await picture(ana, 'room-beginning');
  await morning(ana, bea);
  await picture(ana, 'room');
  await picture(ana, 'room-typing', types(bea, ana.page.locator('.room-head [data-typing]')));
  await bea.visit('/people');
  await expect(ana.page.locator('.room-head')).toContainText('last seen');
  await ana.say('Are you still there?');
  await ana.composer.fill('I could\ncome by\nat six');
  await ana.expectTick('Are you still there?', 'sent');
  await picture(ana, 'room-writing');
});

test('pictures of texts of every sort', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await bea.say('شكرا جزيلا، أراك غدا في الساعة السادسة عند المحطة القديمة');
  await ana.say('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsbibliothek'.repeat(2));
  await bea.say('first line\n  second, indented\n\nfourth, after an empty one');
  await ana.say('ok');
  await ana.say('<b>not bold</b> & "quoted"');
  await ana.expectTick('not bold', 'read');
  await picture(ana, 'room-texts');
  await bea.say('A long story has many lines, and this is one of them. '.repeat(60));
  await expect(ana.page.getByRole('button', { name: 'Show more' })).toBeVisible();
  await picture(ana, 'room-folded');
  await ana.say('Too long for me');
  await ana.expectTick('Too long for me', 'read');
  await ana.composer.fill('word '.repeat(1_940));
  await picture(ana, 'room-counter');
  await ana.composer.fill('word '.repeat(2_010));
  await picture(ana, 'room-too-long');
});

test('pictures of what is new', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await fill(ana, room, 30, (index) => `Page ${index + 1} of the long story`, 1);
  await expect(bea.bubble('Page 30 of')).toBeAttached();
  await ana.visit('/');
  await ana.live();
  await fill(bea, room, 4, (index) => `And this is my answer, part ${index + 1} of 4`, 1);
  await ana.visit(room);
  await ana.live();
  await expect(ana.page.locator('[data-divider]')).toBeVisible();
  await picture(ana, 'room-unread');
  await ana.visit('/');
  await ana.live();
  await fill(bea, room, 37, (index) => `Part ${index + 1} of 37, while you were away`, 1);
  await ana.visit(room);
  await ana.live();
  await expect(ana.page.locator('[data-jump="unread"]')).toBeVisible();
  await picture(ana, 'room-unread-above');
  await ana.page.locator('[data-jump="unread"]').getByRole('button').first().click();
  await expect(ana.page.locator('[data-divider]')).toBeInViewport();
  for (const text of ['One more', 'And one', 'And a last one']) await bea.say(text);
  await expect(ana.page.locator('[data-jump="latest"]')).toContainText('3');
  await picture(ana, 'room-latest');
});

test('pictures of who may not write', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.say('Hello');
  await ana.expectTick('Hello', 'sent');
  await bea.visit('/people');
  await bea.row(ana).getByRole('button', { name: 'Remove' }).click();
  await expect(ana.page.locator('[data-readonly]')).toBeVisible();
  await picture(ana, 'room-not-connected');
});

test('pictures of the list of conversations', async ({ person, pair: [ana, bea] }) => {
  await ana.visit('/');
  await ana.live();
  const [cleo, dora, emil] = [await person('cleo'), await person('dora'), await person('emil')];
  for (const other of [cleo, dora, emil]) await connect(ana, other);
  await emil.visit('/');
  await emil.live();
  await bea.openLive(ana);
  await bea.say('Good morning! Did the parcel arrive?');
  await cleo.openLive(ana);
  for (let index = 1; index <= 3; index++) await cleo.say(`Three things, this is number ${index}, and it is not a short one at all`);
  await ana.openLive(dora);
  await ana.say('Shall we meet on Saturday?');
  await ana.expectTick('Shall we meet on Saturday?', 'sent');
  await ana.openLive(bea);
  await ana.say('It did');
  await ana.expectTick('It did', 'read');
  await ana.composer.fill('And inside it is');
  await ana.visit('/');
  await ana.live();
  for (const [name, presence] of [['Bea', 'online'], ['Cleo', 'online'], ['Dora', 'offline'], ['Emil', 'online']] as const) {
    await expect(ana.page.locator('.inbox .row').filter({ hasText: name }).locator('[data-presence]')).toHaveAttribute('data-presence', presence);
  }
  await picture(ana, 'inbox', types(cleo, ana.page.locator('.inbox [data-preview="typing"]')));
  await expect(ana.page.locator('.inbox [data-preview="typing"]')).toHaveCount(0);
  const filter = ana.page.getByRole('searchbox', { name: 'Filter conversations' });
  await filter.fill('be');
  await picture(ana, 'inbox-filter');
  await filter.fill('zoe');
  await picture(ana, 'inbox-filter-nothing');
  await filter.fill('');
  await ana.page.getByText('Notifications are off').click();
  await picture(ana, 'notifications');
  await ana.page.getByText('Notifications are off').click();
  await ana.page.keyboard.press('Control+k');
  await expect(ana.page.locator('dialog[open]')).toBeVisible();
  await picture(ana, 'switcher');
  await ana.page.keyboard.type('zzz');
  await picture(ana, 'switcher-nothing');
  await ana.page.keyboard.press('Escape');
  await ana.page.keyboard.press('Control+/');
  await expect(ana.page.locator('dialog[open]')).toBeVisible();
  await picture(ana, 'shortcuts');
});

test('pictures of rooms, of a group and of who is in it', async ({ pair: [ana, bea], person }) => {
  await ana.visit('/rooms');
  await picture(ana, 'rooms-none');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByLabel('Topic', { exact: true }).fill('Beans, peas, and who waters what in August while others are away');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  await ana.live();
  const room = new URL(ana.page.url()).pathname;
  const cleo = await person('cleo');
  for (const one of [bea, cleo]) {
    await one.visit('/rooms');
    await one.page.getByRole('button', { name: 'Join Garden' }).click();
    await one.live();
  }
  await bea.say('Good morning, garden');
  await bea.say('Who has the key to the shed?');
  await expect(cleo.bubble('the key')).toBeVisible();
  await cleo.say('I do, I am there until noon');
  await expect(ana.bubble('until noon')).toBeVisible();
  await ana.say('Then leave it under the pot, please');
  await ana.expectTick('under the pot', 'read');
  await picture(ana, 'group', types(cleo, ana.page.locator('.room-head [data-typing]')));
  await bea.visit('/rooms');
  await picture(bea, 'rooms');
  await cleo.visit('/');
  await cleo.live();
  await bea.visit(room);
  await bea.live();
  await ana.say('And thank you');
  await ana.expectTick('thank you', 'delivered');
  await expect(ana.tick('thank you')).toHaveText('Read by 1 of 2');
  await ana.visit((await ana.tick('thank you').getAttribute('href')) ?? '');
  await picture(ana, 'receipts');
  await ana.visit(`${room}/details`);
  await ana.page.locator('[data-member="bea"]').getByText('Change').click();
  await picture(ana, 'room-details');
  await ana.page.getByRole('button', { name: 'Close this room' }).click();
  await ana.visit(room);
  await ana.live();
  await picture(ana, 'group-closed');
});

test('pictures of a list with nobody in it', async ({ person }) => {
  const ana = await person('ana');
  await ana.live();
  await picture(ana, 'inbox-nobody');
});
