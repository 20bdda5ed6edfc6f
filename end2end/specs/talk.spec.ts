// Two people talk, and everything that they see of each other meanwhile (SPEC 4, 6).
import { expect, test } from '../fixtures.ts';

const read_blue = 'rgb(83, 189, 235)';
const typing_ttl_ms = 5_000;
const offline_grace_ms = 5_000;

test('two people talk both ways, and a reload shows the same', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('shall we meet at eight?');
  await expect(bea.bubble('shall we meet at eight?')).toBeVisible();
  await bea.say('nine is better <b>for me</b> & you 👋');
  await expect(ana.bubble('nine is better <b>for me</b> & you 👋')).toBeVisible();
  await ana.say('nine it is');
  await expect(bea.bubble('nine it is')).toBeVisible();
  await expect(ana.bubble('nine it is')).toHaveAttribute('data-own', /.*/);
  await expect(bea.page.locator('article[data-own]')).toHaveCount(1);

  await ana.expectTick('nine it is', 'read');
  const live = await ana.transcript();
  expect(live.map((one) => one.seq)).toEqual(['1', '2', '3']);
  for (const person of [ana, bea]) {
    await person.page.reload();
    await person.live();
    expect(await person.transcript()).toEqual(live);
  }
});

test('one tick is stored, two are delivered, blue is read', async ({ pair: [ana, bea] }) => {
  await bea.page.goto('about:blank');
  const room = await ana.openLive(bea);
  await ana.say('are you there?');
  await ana.expectTick('are you there?', 'sent');

  await bea.page.goto('/');
  await bea.live();
  await ana.expectTick('are you there?', 'delivered');
  const row = bea.page.locator(`[data-room="${room.split('/').pop()}"]`);
  await expect(row.locator('[data-unread="1"]').or(row.and(bea.page.locator('[data-unread="1"]')))).toBeVisible();

  await bea.openLive(ana);
  await ana.expectTick('are you there?', 'read');
  await expect(ana.tick('are you there?')).toHaveCSS('color', read_blue);
  await ana.page.reload();
  await ana.expectTick('are you there?', 'read');
});

test('a message arrives in an open inbox without a reload', async ({ pair: [ana, bea] }) => {
  await bea.page.goto('/');
  await bea.live();
  const room = await ana.openLive(bea);
  await ana.say('look at your inbox');
  await expect(bea.page.locator(`[data-room="${room.split('/').pop()}"]`)).toContainText('look at your inbox');
});

test('typing is seen by the other, ends with the message, and expires by itself', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  const typing = bea.page.locator('[data-typing]').filter({ hasText: 'Ana' });

  await ana.composer.pressSequentially('hello');
  await expect(typing).toBeVisible();
  await expect(ana.page.locator('[data-typing]').filter({ hasText: 'Ana' })).toHaveCount(0);
  await ana.composer.press('Enter');
  await expect(bea.bubble('hello')).toBeVisible();
  await expect(typing).toHaveCount(0);

  await ana.composer.pressSequentially('and then');
  await expect(typing).toBeVisible();
  await expect(typing).toHaveCount(0, { timeout: typing_ttl_ms + 3_000 });
});

test('presence follows the sockets of a person', async ({ pair: [ana, bea] }) => {
  await bea.page.goto('about:blank');
  await ana.openLive(bea);
  const presence = ana.page.locator('[data-conversation] [data-presence], header [data-presence]').first();
  await expect(presence).toHaveAttribute('data-presence', 'offline', { timeout: offline_grace_ms + 5_000 });
  await bea.openLive(ana);
  await expect(presence).toHaveAttribute('data-presence', 'online');
  await bea.page.goto('about:blank');
  await expect(presence).toHaveAttribute('data-presence', 'offline', { timeout: offline_grace_ms + 5_000 });
});

test('two tabs of one person show the same', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  const second = await ana.context.newPage();
  await second.goto(room);
  await expect(second.locator('[data-live="true"]')).toBeAttached();
  await ana.say('from the first tab');
  await expect(second.locator('article[data-own]', { hasText: 'from the first tab' })).toHaveCount(1);
  await bea.openLive(ana);
  await expect(second.locator('article', { hasText: 'from the first tab' }).locator('[data-tick]')).toHaveAttribute('data-tick', 'read');
});

test('nothing empty is sent, and a long message arrives whole', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.composer.fill('   ');
  await ana.composer.press('Enter');
  const long = 'word '.repeat(2_000).trim();
  await ana.say(long);
  await expect(bea.page.locator('article[data-cid]')).toHaveCount(1);
  await expect(bea.bubble(long)).toBeVisible();
  await expect(ana.composer).toHaveValue('');
});

test('a room is switched without loading a document, and Back returns', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await (await ana.find(cleo)).getByRole('button', { name: 'Connect' }).click();
  await cleo.page.goto('/people');
  await cleo.row(ana).getByRole('button', { name: 'Accept' }).click();
  await cleo.open(ana);
  await cleo.live();
  await cleo.say('from Cleo');
  await cleo.expectTick('from Cleo', 'sent');
  const withCleo = new URL(cleo.page.url()).pathname;

  const withBea = await ana.openLive(bea);
  await ana.page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await ana.page.locator(`[data-room="${withCleo.split('/').pop()}"]`).click();
  await expect(ana.page).toHaveURL(withCleo);
  await expect(ana.bubble('from Cleo')).toBeVisible();
  await ana.page.goBack();
  await expect(ana.page).toHaveURL(withBea);
  await expect(ana.bubble('from Cleo')).toHaveCount(0);
  expect(await ana.page.evaluate(() => 'sameDocument' in window)).toBe(true);
});
