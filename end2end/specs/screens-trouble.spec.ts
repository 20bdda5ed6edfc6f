// Pictures of what people see when something does not work.
import { type Person, answered, connect, expect, server_gone } from '../fixtures.ts';
import { fill, many_allowed } from '../fill.ts';
import { picture, test } from '../gallery.ts';
import { network_gone } from '../proxy.ts';
import { everything, large_message, smallDisk } from '../storage.ts';
import { pass, passUntil, stopTime, takeTime } from '../time.ts';

test.use({ settings: many_allowed });

async function timeless(ana: Person, bea: Person): Promise<string> {
  await takeTime(ana);
  const room = await ana.openLive(bea);
  await ana.say('Good morning! Did the parcel arrive?');
  await ana.expectTick('Good morning', 'sent');
  await stopTime(ana);
  return room;
}

test('pictures of a network that goes and comes back', async ({ apart: [ana, bea], network }) => {
  await timeless(ana, bea);
  await bea.openLive(ana);
  network.refuse('everything');
  network.cut();
  await expect(ana.link).toHaveAttribute('data-state', 'waiting');
  for (const text of ['It should be there by now', 'Shall I call them?']) await ana.say(text);
  await ana.expectTick('Shall I call them?', 'waiting');
  await pass(ana, 6_000);
  await picture(ana, 'room-reconnecting');
  network.refuse('sockets');
  await bea.say('Yes, an hour ago');
  await pass(ana, 8_000);
  await expect(ana.bubble('an hour ago')).toBeVisible();
  await picture(ana, 'room-limited');
  await passUntil(ana, async () => (await ana.link.getAttribute('data-state')) === 'failed', 150_000, 1_000);
  await picture(ana, 'room-standard');
  network.refuse('everything');
  network.cut();
  await pass(ana, 8_000);
  await picture(ana, 'room-unreached');
  await bea.say('Ana?');
  network.refuse('nothing');
  await ana.page.getByRole('button', { name: 'Try now' }).click();
  await expect(ana.link).toContainText('Back online');
  await picture(ana, 'room-back-online');
});

test('pictures of messages that are refused', async ({ pair: [ana, bea], server }) => {
  for (const one of [ana, bea]) one.expects(...server_gone);
  const room = await ana.openLive(bea);
  await ana.say('Good morning!');
  await ana.expectTick('Good morning!', 'sent');
  await bea.visit('/people');
  await server.kill();
  await ana.expectLink('waiting');
  for (const text of ['Did the parcel arrive?', 'It should be there by now']) await ana.say(text);
  await server.up();
  await bea.visit('/people');
  await bea.row(ana).getByRole('button', { name: 'Remove' }).click();
  await ana.visit(room);
  await ana.live();
  await ana.expectTick('Did the parcel arrive?', 'refused');
  await ana.expectTick('It should be there by now', 'refused');
  await connect(ana, bea);
  await ana.visit(room);
  await ana.live();
  await picture(ana, 'room-refused');
});

test('pictures of a session that has ended', async ({ pair: [ana, bea], server }) => {
  ana.expects(/./);
  await ana.openLive(bea);
  await ana.say('Good morning!');
  await ana.expectTick('Good morning!', 'sent');
  await ana.composer.fill('Did the parcel');
  await server.command('user', 'reset-password', 'ana');
  await ana.expectLink('signed_out');
  await picture(ana, 'room-signed-out');
});

test('pictures of an account that is banned', async ({ pair: [ana, bea], server }) => {
  ana.expects(/./);
  await ana.openLive(bea);
  await ana.say('Good morning!');
  await ana.expectTick('Good morning!', 'sent');
  await ana.composer.fill('Did the parcel');
  await server.command('user', 'ban', 'ana');
  await ana.expectLink('refused');
  await picture(ana, 'room-banned');
});

test('pictures of a browser without its server', async ({ pair: [ana, bea], server }) => {
  ana.expects(...server_gone, ...network_gone);
  const room = await ana.openLive(bea);
  await ana.say('Good morning!');
  await ana.expectTick('Good morning!', 'sent');
  await ana.installed();
  await expect.poll(() => everything(ana, 'pages')).toContain('Good morning!');
  await server.kill();
  await takeTime(ana);
  await ana.visit(room);
  await expect(ana.bubble('Good morning!')).toBeVisible();
  await stopTime(ana);
  await pass(ana, 8_000);
  await ana.say('Did the parcel arrive?');
  await ana.expectTick('Did the parcel arrive?', 'waiting');
  await picture(ana, 'offline-room');
  await ana.visit('/r/999');
  await pass(ana, 8_000);
  await expect(ana.page.locator('[data-older]')).toContainText(/could not be loaded|not on this device yet/);
  await picture(ana, 'offline-unknown-room');
});

test('pictures of waiting for somebody to sign in', async ({ pair: [ana, bea], server }) => {
  ana.expects(...server_gone, answered(503));
  const room = await ana.openLive(bea);
  await ana.installed();
  await server.kill();
  await ana.expectLink('waiting');
  await ana.say('Did the parcel arrive?');
  await ana.expectTick('Did the parcel arrive?', 'waiting');
  await ana.visit('/people');
  await server.up();
  await ana.visit('/people');
  await expect(ana.page.locator('[data-waiting]')).toBeVisible();
  await picture(ana, 'people-waiting');
  await ana.logOut();
  await picture(ana, 'login-waiting');
  await server.kill();
  await ana.visit(room);
  await expect(ana.page.locator('body')).toContainText(/offline/i);
  await picture(ana, 'offline-nobody');
});

test('pictures of what could not be loaded', async ({ apart: [ana, bea], network }) => {
  const room = await bea.openLive(ana);
  await fill(bea, room, 70, (index) => `Page ${index + 1} of the long story`, 1);
  await takeTime(ana);
  await ana.openLive(bea);
  await expect(ana.bubble('Page 70 of')).toBeVisible();
  await stopTime(ana);
  network.refuse('everything');
  network.cut();
  await pass(ana, 8_000);
  await ana.page.locator('[data-older]').scrollIntoViewIfNeeded();
  await expect(ana.page.locator('[data-older]')).toContainText('could not be loaded');
  await picture(ana, 'room-older-failed');
});

test('pictures of a text that the browser cannot keep', async ({ visitor, person }) => {
  const ana = await visitor('ana', { serviceWorkers: 'block' });
  await smallDisk(ana);
  await ana.register();
  const bea = await person('bea');
  await connect(ana, bea);
  await bea.openLive(ana);
  await ana.openLive(bea);
  await ana.say(large_message);
  await expect(ana.notice).toBeVisible();
  // Faces differ from machine to machine.
  await ana.composer.fill('No room for this');
  await expect(ana.notice).toBeVisible();
  await picture(ana, 'room-full-disk');
});
