// Editing, deleting, answering and reacting: by mouse, by keys and by finger, offline and in two tabs, and what is refused says so.
import type { Locator } from '@playwright/test';
import { type Person, answered, connect, expect, server_gone, test } from '../browser.ts';
import { drafts, outbox, reconnect_limit_ms, waiting } from '../storage.ts';

const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };
const thumb = '👍';

const menu = ({ page }: Person): Locator => page.getByRole('menu');
const item = (person: Person, name: string): Locator => menu(person).getByRole('menuitem', { name, exact: true });
/** The message that says this; one that quotes it is another. */
const said = ({ page }: Person, text: string): Locator => page.locator('article[data-cid]').filter({ has: page.locator('.text', { hasText: text }) });
const chip = (person: Person, text: string): Locator => said(person, text).locator('.reactions button');
const quote = (person: Person, text: string): Locator => said(person, text).locator('a.quote');
const bar = (person: Person, text: string): Locator => said(person, text).getByRole('toolbar');
const about = ({ page }: Person): Locator => page.locator('.composer .about');
const field = ({ page }: Person): Locator => page.locator('#composer');

/** The pointer comes to a message. */
async function come(person: Person, text: string): Promise<void> {
  await said(person, text).hover();
  await expect(bar(person, text)).toBeVisible();
}

/** So does the focus. */
async function focus(person: Person, text: string): Promise<void> {
  await said(person, text).focus();
  await expect(bar(person, text)).toBeVisible();
}

/** Opens the menu of a message by its bar. */
async function open(person: Person, text: string): Promise<void> {
  await come(person, text);
  await said(person, text).getByRole('button', { name: 'More' }).click();
  await expect(item(person, 'Copy link')).toBeVisible();
}

async function act(person: Person, text: string, name: string): Promise<void> {
  await open(person, text);
  await item(person, name).click();
  await expect(menu(person)).toHaveCount(0);
}

async function edit(person: Person, text: string, by: string): Promise<void> {
  await act(person, text, 'Edit');
  await expect(field(person)).toHaveValue(text);
  await field(person).fill(by);
  await field(person).press('Enter');
}

async function remove(person: Person, text: string): Promise<void> {
  await act(person, text, 'Delete');
  await person.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
}

/** Ana and Bea look at each other; each has said something. */
async function talk(ana: Person, bea: Person): Promise<string> {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('first of Ana');
  await ana.expectTick('first of Ana', 'read');
  await bea.say('second of Bea');
  await expect(said(ana, 'second of Bea')).toBeVisible();
  return room;
}

/** Nothing of it waits any more, here or there. */
async function expectQuiet(...people: Person[]): Promise<void> {
  for (const person of people) {
    await expect(person.page.locator('[data-changing]')).toHaveCount(0, { timeout: reconnect_limit_ms });
    await expect.poll(() => waiting(person)).toEqual([]);
  }
}

test('an edit is shown at once and everywhere, with its time, also after a reload', async ({ pair: [ana, bea] }) => {
  const room = await talk(ana, bea);
  const tab = await ana.tab(room);
  await tab.live();
  await edit(ana, 'first of Ana', 'better words');
  for (const one of [ana, tab, bea]) {
    await expect(said(one, 'better words')).toHaveAttribute('data-edited', /^Edited today, \d\d:\d\d$/);
    await expect(said(one, 'first of Ana')).toHaveCount(0);
  }
  await expect(about(ana)).toHaveCount(0);
  await expect(field(ana)).toHaveValue('');
  await expectQuiet(ana);
  await bea.page.reload();
  await bea.live();
  await expect(said(bea, 'better words')).toHaveCount(1);
  await expect(bea.page.locator('article[data-cid]')).toHaveCount(2);
});

test('a deletion is asked about and leaves a place where a message was, in the list as well', async ({ pair: [ana, bea] }) => {
  const room = await talk(ana, bea);
  await act(ana, 'first of Ana', 'Delete');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  await expect(said(ana, 'first of Ana')).toBeVisible();
  await remove(ana, 'first of Ana');
  for (const one of [ana, bea]) await expect(said(one, 'Message deleted')).toHaveAttribute('data-deleted', '');
  await expectQuiet(ana);
  await remove(bea, 'second of Bea');
  await expect(said(ana, 'Message deleted')).toHaveCount(2);
  await expect(ana.roomRow(room)).toContainText('Message deleted');
  await said(ana, 'Message deleted').first().hover();
  await expect(ana.page.locator('.message-bar')).toHaveCount(0);
});

test('a deleted message is not unread any more', async ({ pair: [ana, bea] }) => {
  const room = await talk(ana, bea);
  await ana.page.goto(ana.url('/'));
  await ana.live();
  await bea.say('never mind');
  await ana.expectUnread(room, '1');
  await remove(bea, 'never mind');
  await ana.expectUnread(room, undefined);
});

test('a reaction counts, is told to both and goes with a second click', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  await come(ana, 'second of Bea');
  await said(ana, 'second of Bea').getByRole('button', { name: `React with ${thumb}` }).click();
  for (const one of [ana, bea]) await expect(chip(one, 'second of Bea')).toHaveText(`${thumb} 1`);
  await expect(chip(ana, 'second of Bea')).toHaveAttribute('aria-pressed', 'true');
  await expect(chip(bea, 'second of Bea')).toHaveAttribute('aria-pressed', 'false');
  await expect(chip(bea, 'second of Bea')).toHaveAttribute('aria-label', `${thumb} Ana`);
  await chip(bea, 'second of Bea').click();
  await expect(chip(ana, 'second of Bea')).toHaveText(`${thumb} 2`);
  await expect(chip(ana, 'second of Bea')).toHaveAttribute('title', 'you, Bea');
  await chip(ana, 'second of Bea').click();
  await expect(chip(bea, 'second of Bea')).toHaveText(`${thumb} 1`);
  await chip(bea, 'second of Bea').click();
  for (const one of [ana, bea]) await expect(chip(one, 'second of Bea')).toHaveCount(0);
  await expectQuiet(ana, bea);
});

test('an answer quotes, and its quote leads to what it quotes', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  await act(ana, 'second of Bea', 'Reply');
  await expect(about(ana)).toContainText('Answer to Bea');
  await expect(field(ana)).toBeFocused();
  await ana.page.keyboard.type('so be it');
  await ana.page.keyboard.press('Enter');
  for (const one of [ana, bea]) await expect(quote(one, 'so be it')).toHaveText('Beasecond of Bea');
  await expect(about(ana)).toHaveCount(0);
  await edit(bea, 'second of Bea', 'said otherwise');
  await expect(quote(ana, 'so be it')).toHaveText('Beasaid otherwise');
  await quote(ana, 'so be it').click();
  await expect(said(ana, 'said otherwise').first()).toHaveAttribute('data-flash', '');
  await remove(bea, 'said otherwise');
  await expect(quote(ana, 'so be it')).toHaveText('BeaMessage deleted');
});

test('an answer survives a reload and another room, and Escape leaves it', async ({ pair: [ana, bea] }) => {
  const room = await talk(ana, bea);
  await act(ana, 'second of Bea', 'Reply');
  await ana.page.keyboard.type('half a');
  await expect.poll(async () => Object.values(await drafts(ana)).some((draft) => draft.startsWith('\0say '))).toBe(true);
  await ana.page.reload();
  await ana.live();
  await expect(about(ana)).toContainText('second of Bea');
  await expect(field(ana)).toHaveValue('half a');
  await ana.page.goto(ana.url('/'));
  await ana.live();
  await expect(ana.roomRow(room)).toContainText('Draft: half a');
  await ana.roomRow(room).click();
  await expect(about(ana)).toContainText('second of Bea');
  await field(ana).press('Escape');
  await expect(about(ana)).toHaveCount(0);
  await expect(field(ana)).toHaveValue('half a');
  await expect.poll(async () => Object.values(await drafts(ana)).some((draft) => draft.startsWith('\0say '))).toBe(false);
});

test('the arrow up edits the last own message, and Escape gives the draft back', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  await field(ana).press('ArrowUp');
  await expect(field(ana)).toHaveValue('first of Ana');
  await expect(about(ana)).toContainText('Editing');
  await field(ana).press('Escape');
  await expect(field(ana)).toHaveValue('');
  await act(ana, 'second of Bea', 'Reply');
  await ana.page.keyboard.type('a thought');
  await act(ana, 'first of Ana', 'Edit');
  await expect(field(ana)).toHaveValue('first of Ana');
  await field(ana).fill('first, but better');
  await field(ana).press('Enter');
  await expect(said(bea, 'first, but better')).toBeVisible();
  await expect(field(ana)).toHaveValue('a thought');
  await expect(about(ana)).toContainText('Answer to Bea');
  await field(ana).press('Enter');
  await expect(quote(bea, 'a thought')).toContainText('second of Bea');
  // What says the same is no edit.
  await field(ana).press('ArrowUp');
  await expect(field(ana)).toHaveValue('a thought');
  await field(ana).press('Enter');
  await expect(about(ana)).toHaveCount(0);
  await expect(said(ana, 'a thought')).not.toHaveAttribute('data-edited', /./);
});

test('all of it waits without a server, survives a reload and is done once', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await talk(ana, bea);
  await ana.say('to be deleted');
  await ana.expectTick('to be deleted', 'read');
  await ana.installed();
  await server.kill();
  await edit(ana, 'first of Ana', 'better words');
  await remove(ana, 'to be deleted');
  await come(ana, 'second of Bea');
  await said(ana, 'second of Bea').getByRole('button', { name: `React with ${thumb}` }).click();
  await act(ana, 'second of Bea', 'Reply');
  await ana.page.keyboard.type('an answer');
  await ana.page.keyboard.press('Enter');
  const isShown = async (): Promise<void> => {
    await expect(said(ana, 'better words')).toHaveAttribute('data-changing', '');
    await expect(said(ana, 'Message deleted')).toHaveAttribute('data-changing', '');
    await expect(chip(ana, 'second of Bea')).toHaveText(`${thumb} 1`);
    await expect(quote(ana, 'an answer')).toContainText('second of Bea');
  };
  await isShown();
  expect(await outbox(ana)).toHaveLength(4);
  // Taken back before it was tried, it never happened.
  await chip(ana, 'second of Bea').click();
  await expect(chip(ana, 'second of Bea')).toHaveCount(0);
  await expect.poll(() => outbox(ana)).toHaveLength(3);
  await come(ana, 'second of Bea');
  await said(ana, 'second of Bea').getByRole('button', { name: `React with ${thumb}` }).click();
  await expect.poll(() => outbox(ana)).toHaveLength(4);
  await ana.page.reload();
  await isShown();
  await server.up();
  await expectQuiet(ana);
  await expect(said(bea, 'better words')).toBeVisible();
  await expect(said(bea, 'Message deleted')).toHaveCount(1);
  await expect(chip(bea, 'second of Bea')).toHaveText(`${thumb} 1`);
  await expect(quote(bea, 'an answer')).toContainText('second of Bea');
  // One event each, and none of them twice.
  await expect.poll(async () => (await ana.log(room)).length).toBe(7);
});

test('what another tab does waits here as well, and one of them sends it', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await talk(ana, bea);
  const tab = await ana.tab(room);
  await tab.live();
  await ana.installed();
  await server.kill();
  await edit(ana, 'first of Ana', 'better words');
  await expect(said(tab, 'better words')).toHaveAttribute('data-changing', '');
  await ana.page.close();
  await server.up();
  await expectQuiet(tab);
  await expect(said(bea, 'better words')).toBeVisible();
});

test('an edit of what somebody has deleted meanwhile is refused, and its text is not lost', async ({ pair: [ana, bea] }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await talk(ana, bea);
  const phone = await ana.tab(room);
  await phone.live();
  await remove(phone, 'first of Ana');
  await expect(said(ana, 'Message deleted')).toHaveCount(1);
  await phone.page.close();
  await ana.say('another of Ana');
  await ana.expectTick('another of Ana', 'read');
  // The deletion gets its position first, without this tab hearing of it.
  await ana.installed();
  await ana.context.setOffline(true);
  const seq = Number(await said(ana, 'another of Ana').getAttribute('data-seq'));
  await edit(ana, 'another of Ana', 'too late');
  await expect(said(ana, 'too late')).toHaveAttribute('data-changing', '');
  const { status } = await ana.context.request
    .post(ana.url('/api/fn/amend'), {
      headers: { origin: ana.origin },
      data: { cid: '019a9f3c-5d00-7abc-8def-0123456789ab', room: Number(room.split('/').pop()), target: seq, amendment: { act: 'delete' } },
    })
    .then((answer) => ({ status: answer.status() }));
  expect(status).toBe(200);
  ana.expects(answered(409), /ERR_INTERNET_DISCONNECTED/);
  await ana.context.setOffline(false);
  const refused = ana.bubble('Not edited.');
  await expect(refused).toContainText('This message has been deleted.', { timeout: reconnect_limit_ms });
  await expect(refused.locator('.text')).toHaveText('Message deleted');
  await refused.getByRole('button', { name: 'Edit' }).click();
  await expect(field(ana)).toHaveValue('too late');
  await expect(refused).toHaveCount(0);
  await expect.poll(() => waiting(ana)).toEqual([]);
});

test('everything is in reach of the keyboard alone', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  await focus(ana, 'second of Bea');
  await ana.page.keyboard.press('Tab');
  await expect(said(ana, 'second of Bea').getByRole('button', { name: `React with ${thumb}` })).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(chip(bea, 'second of Bea')).toHaveText(`${thumb} 1`);
  await expect(said(ana, 'second of Bea')).toBeFocused();
  for (const key of ['i', 'Shift+F10']) {
    await ana.page.keyboard.press(key);
    await expect(menu(ana).getByRole('menuitem').first()).toBeFocused();
    await ana.page.keyboard.press('Escape');
    await expect(menu(ana)).toHaveCount(0);
    await expect(said(ana, 'second of Bea')).toBeFocused();
  }
  await ana.page.keyboard.press('i');
  await ana.page.keyboard.press('ArrowDown');
  await expect(item(ana, 'Reply')).toBeFocused();
  await ana.page.keyboard.press('End');
  await expect(item(ana, 'Details')).toBeFocused();
  await ana.page.keyboard.press('r');
  await expect(item(ana, 'Reply')).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(field(ana)).toBeFocused();
  await ana.page.keyboard.type('by keys');
  await ana.page.keyboard.press('Enter');
  await expect(quote(bea, 'by keys')).toContainText('second of Bea');
  await focus(ana, 'by keys');
  await expect(said(ana, 'by keys')).toHaveAttribute('aria-label', /^You, \d\d:\d\d: answers Bea: second of Bea\. by keys\. /);
  await focus(ana, 'second of Bea');
  await expect(said(ana, 'second of Bea')).toHaveAttribute('aria-label', new RegExp(`second of Bea\\. ${thumb} you$`));
});

test('any emoji is found by its name, and the one that was used last stands first', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  await focus(ana, 'second of Bea');
  await ana.page.keyboard.press('i');
  await item(ana, 'Another emoji').press('Enter');
  const picker = ana.page.getByRole('dialog', { name: 'Choose an emoji' });
  await expect(picker.getByRole('searchbox')).toBeFocused();
  await ana.page.keyboard.type('rocket');
  await expect(picker.getByRole('button', { name: 'rocket' })).toBeVisible();
  await ana.page.keyboard.press('ArrowDown');
  await ana.page.keyboard.press('Enter');
  await expect(picker).toHaveCount(0);
  await expect(chip(bea, 'second of Bea')).toHaveText('🚀 1');
  await expect(said(ana, 'second of Bea')).toBeFocused();
  await act(bea, 'second of Bea', 'Another emoji');
  await expect(bea.page.getByRole('dialog').getByRole('searchbox')).toBeFocused();
  await bea.page.keyboard.press('Escape');
  await expect(bea.page.getByRole('dialog')).toHaveCount(0);
  await come(ana, 'first of Ana');
  await expect(said(ana, 'first of Ana').getByRole('toolbar').getByRole('button').first()).toHaveText('🚀');
});

test('by right click the menu is where the pointer is, and within the window', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  for (const text of ['first of Ana', 'second of Bea']) {
    await come(ana, text);
    await said(ana, text).locator('.text').click({ button: 'right' });
    const place = await menu(ana).boundingBox();
    const window = ana.page.viewportSize();
    expect(place !== null && window !== null && place.x >= 0 && place.y >= 0).toBe(true);
    expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(window?.width ?? 0);
    expect((place?.y ?? 0) + (place?.height ?? 0)).toBeLessThanOrEqual(window?.height ?? 0);
    await ana.page.mouse.click(640, 400);
    await expect(menu(ana)).toHaveCount(0);
  }
  await said(ana, 'second of Bea').locator('.text').click({ button: 'right' });
  await expect(item(ana, 'Edit')).toHaveCount(0);
  await expect(item(ana, 'Delete')).toHaveCount(0);
});

test('a finger that rests on a message opens the menu', async ({ person }) => {
  const [ana, bea] = [await person('ana', phone), await person('bea')];
  await connect(ana, bea);
  await talk(ana, bea);
  const session = await ana.context.newCDPSession(ana.page);
  const box = await said(ana, 'second of Bea').boundingBox();
  const touchPoints = [{ x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 15 }];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await expect(menu(ana)).toBeVisible();
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(menu(ana)).toBeVisible();
  const place = await menu(ana).boundingBox();
  expect([place?.x, place?.width, (place?.y ?? 0) + (place?.height ?? 0)]).toEqual([0, 390, 844]);
  await menu(ana).getByRole('menuitem', { name: `React with ${thumb}` }).tap();
  await expect(chip(bea, 'second of Bea')).toHaveText(`${thumb} 1`);
  await chip(ana, 'second of Bea').tap();
  await expect(chip(bea, 'second of Bea')).toHaveCount(0);
});

test('a message can be copied, and its details stand beside the conversation', async ({ pair: [ana, bea] }) => {
  const room = await talk(ana, bea);
  await ana.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = async (): Promise<string> => ana.page.evaluate(() => navigator.clipboard.readText());
  await act(ana, 'second of Bea', 'Copy text');
  await expect.poll(copied).toBe('second of Bea');
  await act(ana, 'second of Bea', 'Copy link');
  const seq = await said(ana, 'second of Bea').getAttribute('data-seq');
  await expect.poll(copied).toBe(ana.url(`${room}?at=${seq}`));
  await act(ana, 'second of Bea', 'Details');
  await expect(ana.page.locator('.panel')).toContainText('second of Bea');
  await ana.page.getByRole('button', { name: 'Close the panel' }).click();
  await expect(said(ana, 'second of Bea')).toBeFocused();
});

test('what was edited before a page of history was loaded is not edited again', async ({ pair: [ana, bea] }) => {
  await talk(ana, bea);
  for (const by of ['once', 'twice']) {
    await edit(ana, by === 'once' ? 'first of Ana' : 'once', by);
    await expect(said(bea, by).first()).toBeVisible();
  }
  await expectQuiet(ana);
  for (const person of [ana, bea]) {
    await person.page.reload();
    await person.live();
    await expect(said(person, 'twice')).toHaveCount(1);
    await expect(said(person, 'once')).toHaveCount(0);
  }
});
