// The promise in a browser: a server that is killed loses nothing and doubles nothing (SPEC 2).
import { type Person, expect, server_gone, test } from '../fixtures.ts';
import { reconnect_limit_ms } from '../storage.ts';

async function sameOnBothSides(ana: Person, bea: Person, messages: number): Promise<void> {
  for (const person of [ana, bea]) {
    await expect(person.page.locator('article[data-cid]')).toHaveCount(messages, { timeout: reconnect_limit_ms });
  }
  await expect
    .poll(async () => (await ana.transcript()).map((one) => one.seq), { timeout: reconnect_limit_ms })
    .toEqual(Array.from({ length: messages }, (_, index) => String(index + 1)));
  expect(await bea.transcript()).toEqual(await ana.transcript());
  for (const person of [ana, bea]) {
    const shown = await person.transcript();
    await person.page.reload();
    await person.live();
    expect(await person.transcript()).toEqual(shown);
  }
}

test('a conversation goes on after the server is killed and started again', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('before');
  await ana.expectTick('before', 'read');

  await server.kill();
  await expect(ana.page.locator('[data-live="true"]')).toHaveCount(0);
  await ana.say('while it was down');
  await ana.expectTick('while it was down', 'waiting');
  await expect(ana.composer).toBeEnabled();

  await server.up();
  await ana.expectTick('while it was down', 'read', reconnect_limit_ms);
  await bea.say('after');
  await expect(ana.bubble('after')).toBeVisible();
  await sameOnBothSides(ana, bea, 3);
});

test('a kill in the middle of many messages loses none, doubles none and keeps their order', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  await ana.openLive(bea);
  await bea.openLive(ana);
  const texts = Array.from({ length: 12 }, (_, index) => `message ${String(index).padStart(2, '0')}`);
  let killed: Promise<void> | undefined;
  for (const [index, text] of texts.entries()) {
    if (index === 6) killed = server.kill();
    await ana.say(text);
  }
  await killed;
  await server.up();
  await expect(bea.bubble(texts.at(-1) ?? '')).toBeVisible({ timeout: reconnect_limit_ms });
  await sameOnBothSides(ana, bea, texts.length);
  await expect(bea.page.locator('article[data-cid]')).toContainText(texts);
});

test('a server that is stopped in an orderly way says so, and is found again', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('before');
  await ana.expectTick('before', 'read');
  expect(await server.stop()).toBe(0);
  await server.up();
  await bea.live();
  await bea.say('after');
  await expect(ana.bubble('after')).toBeVisible({ timeout: reconnect_limit_ms });
  await sameOnBothSides(ana, bea, 2);
});

test('a browser that loses its network keeps what is written and sends it once', async ({ pair: [ana, bea] }) => {
  ana.expects(...server_gone, /ERR_INTERNET_DISCONNECTED/);
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.context.setOffline(true);
  await ana.say('from the tunnel');
  await ana.context.setOffline(false);
  await expect(bea.bubble('from the tunnel')).toBeVisible({ timeout: reconnect_limit_ms });
  await sameOnBothSides(ana, bea, 1);
});
