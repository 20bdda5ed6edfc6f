// The connection that comes back: when it is tried, what is said meanwhile, and what goes another way (SPEC 5).
import { type Locator } from '@playwright/test';
import { type Person, connect, expect, server_gone, test } from '../browser.ts';
import { expectOrder, watchOrder } from '../order.ts';
import { type Proxy, network_gone } from '../proxy.ts';
import { chance, cuts } from '../proxy/chance.ts';
import { expectOnce } from '../storage.ts';
import { pass, passUntil, stopTime, takeTime } from '../time.ts';

const waits_ms = [3_000, 6_000, 12_000, 24_000, 48_000];
const day_ms = 24 * 60 * 60 * 1_000;
const limited = 'Live updates limited: refreshing every 8 seconds.';
const standard = 'Real-time chat unavailable. Using standard messaging.';
const unreached = `${standard} The server does not answer; what you write is kept.`;
const reconnecting = 'Reconnecting… What you write is kept and will be sent.';

const link = (person: Person): Locator => person.page.locator('[data-link]');
const sentence = (person: Person): Locator => link(person).locator('span').first();
const state = async (person: Person): Promise<string | null> => link(person).getAttribute('data-state');

/** Ana in a conversation whose time stands still. */
async function openTimeless(ana: Person, bea: Person): Promise<string> {
  await takeTime(ana);
  const room = await ana.openLive(bea);
  await stopTime(ana);
  return room;
}

/** The socket is gone, and no other is let in. */
async function loseSocket(ana: Person, network: Proxy): Promise<void> {
  network.refuse('sockets');
  network.cut();
  await expect(link(ana)).toHaveAttribute('data-state', 'waiting');
}

/** Lets a wait pass whose attempt is refused; answers how long it was, to the step. */
async function waitedFor(ana: Person, network: Proxy, full_ms: number): Promise<number> {
  const before = network.sockets.length;
  const soonest_ms = (full_ms * 3) / 4 - 1;
  await pass(ana, soonest_ms);
  expect([await state(ana), network.sockets.length], 'nothing is tried too soon').toEqual(['waiting', before]);
  // An attempt shows as "connecting" until the network has refused it, which is when it counts one more.
  const isTried = async () => (await state(ana)) !== 'waiting' || network.sockets.length > before;
  const rest_ms = await passUntil(ana, isTried, full_ms / 4 + 1, full_ms / 100);
  await expect(link(ana)).toHaveAttribute('data-state', /waiting|failed/);
  // A poll that is answered just after the last attempt shows that the server is there: one more follows from that.
  const healed = (await state(ana)) === 'failed' ? 1 : 0;
  expect([1, 1 + healed], 'it is tried once').toContain(network.sockets.length - before);
  return soonest_ms + rest_ms;
}

test('the waits between attempts double with a random part, and after five it is said that there is no link', async ({
  apart: [ana, bea],
  network,
}) => {
  await openTimeless(ana, bea);
  await loseSocket(ana, network);
  const waited_ms: number[] = [];
  for (const full_ms of waits_ms) waited_ms.push(await waitedFor(ana, network, full_ms));
  for (const [index, full_ms] of waits_ms.entries()) {
    expect(waited_ms[index]).toBeGreaterThanOrEqual((full_ms * 3) / 4);
    expect(waited_ms[index]).toBeLessThanOrEqual(full_ms * 1.01);
  }
  const shares = new Set(waits_ms.map((full_ms, index) => ((waited_ms[index] ?? 0) / full_ms).toFixed(2)));
  expect(shares.size, 'not every wait is shortened by the same part').toBeGreaterThan(1);
  await expect(link(ana)).toHaveAttribute('data-state', 'failed');
  await expect(sentence(ana)).toHaveText(standard);
});

test('the network that is back and the button try at once', async ({ apart: [ana, bea], network }) => {
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  await openTimeless(ana, bea);
  const occasions = {
    online: async () => {
      await ana.context.setOffline(true);
      await ana.context.setOffline(false);
    },
    button: async () => ana.page.getByRole('button', { name: 'Try now' }).click(),
  };
  for (const [name, happens] of Object.entries(occasions)) {
    await loseSocket(ana, network);
    await pass(ana, 5_000);
    await expect(link(ana)).toHaveAttribute('data-state', 'waiting');
    network.refuse('nothing');
    const before = network.sockets.length;
    await happens();
    // Time stands still: no timer did this.
    await expect(link(ana), name).toHaveAttribute('data-state', 'connected');
    expect(network.sockets.length, name).toBe(before + 1);
  }
});

test('a tab that comes to the front tries at once', async ({ laptop, person, network }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana', { origin: network.url })).open();
  ana.expects(...server_gone, ...network_gone);
  await ana.register();
  await connect(ana, bea);
  await takeTime(ana);
  await ana.openLive(bea);
  await stopTime(ana);
  const other = await ana.tab();
  await other.page.bringToFront();
  await expect.poll(() => ana.page.evaluate(() => document.visibilityState)).toBe('hidden');
  await loseSocket(ana, network);
  network.refuse('nothing');
  await ana.page.bringToFront();
  await expect(link(ana)).toHaveAttribute('data-state', 'connected');
});

test('nothing is said for five seconds, then what is kept and how much of it', async ({ apart: [ana, bea], network }) => {
  const room = await openTimeless(ana, bea);
  network.refuse('everything');
  network.cut();
  await expect(link(ana)).toHaveAttribute('data-state', 'waiting');
  await ana.say('one');
  await ana.say('two');
  await expect(ana.bubble('two')).toBeVisible();
  await pass(ana, 4_999);
  await expect(sentence(ana)).toHaveText('');
  await expect(link(ana).getByRole('button')).toBeHidden();
  await pass(ana, 1);
  await expect(sentence(ana)).toHaveText(`${reconnecting} · 2 waiting to be sent`);
  for (const text of ['one', 'two']) await ana.expectTick(text, 'waiting');

  network.refuse('nothing');
  await ana.page.getByRole('button', { name: 'Try now' }).click();
  await ana.expectTick('two', 'sent');
  await expect(sentence(ana)).toHaveText('Back online');
  await pass(ana, 4_000);
  await expect(sentence(ana)).toHaveText('');
  await expectOnce(room, ['one', 'two'], [ana]);
});

test('while only sockets are refused, messages go both ways by polling, and it heals by itself', async ({ apart: [ana, bea], network }) => {
  const room = await openTimeless(ana, bea);
  await bea.openLive(ana);
  await loseSocket(ana, network);
  let polls = 0;
  ana.page.on('request', (request) => (polls += Number(request.url().endsWith('/api/fn/poll'))));
  await pass(ana, 4_999);
  expect(polls, 'not in the first five seconds').toBe(0);
  await pass(ana, 1);
  await expect(link(ana)).toHaveAttribute('data-transport', 'polling');
  await expect(sentence(ana)).toHaveText(limited);

  await ana.say('from Ana');
  await expect(bea.bubble('from Ana')).toBeVisible();
  await ana.expectTick('from Ana', 'sent');
  await bea.say('from Bea');
  await bea.expectTick('from Bea', 'sent');
  await pass(ana, 8_000);
  await expect(ana.bubble('from Bea')).toBeVisible();
  // The next poll tells how far Ana has read.
  await pass(ana, 8_000);
  await bea.expectTick('from Bea', 'read');
  expect(network.sent('chat_message'), 'nothing of this went over a socket').toEqual([]);

  await passUntil(ana, async () => (await state(ana)) === 'failed', 150_000, 1_000);
  await expect(link(ana)).toHaveAttribute('data-transport', 'polling');
  await expect(sentence(ana)).toHaveText(standard);
  network.refuse('everything');
  network.cut();
  await pass(ana, 8_000);
  await expect(sentence(ana), 'not when that does not work either').toHaveText(unreached);
  network.refuse('nothing');
  await passUntil(ana, async () => (await state(ana)) === 'connected', 60_000, 1_000);
  await expect(link(ana)).toHaveAttribute('data-transport', 'socket');
  await ana.say('over the socket again');
  await expect(bea.bubble('over the socket again')).toBeVisible();
  expect(network.sent('chat_message').map((frame) => frame.content)).toEqual(['over the socket again']);
  await expectOnce(room, ['from Ana', 'from Bea', 'over the socket again'], [ana, bea]);
});

test('after long trouble it is said how many messages were caught up', async ({ apart: [ana, bea], network }) => {
  const room = await openTimeless(ana, bea);
  await bea.openLive(ana);
  await loseSocket(ana, network);
  await pass(ana, 5_000);
  await expect(link(ana)).toHaveAttribute('data-transport', 'polling');
  for (const text of ['one', 'two', 'three']) await bea.say(text);
  await bea.expectTick('three', 'sent');
  network.refuse('nothing');
  await ana.page.getByRole('button', { name: 'Try now' }).click();
  await expect(sentence(ana)).toHaveText('Back online · 3 messages caught up');
  await expectOnce(room, ['one', 'two', 'three'], [ana, bea]);
});

test('a socket that carries nothing any more is noticed and replaced', async ({ apart: [ana, bea], network }) => {
  const room = await openTimeless(ana, bea);
  await bea.openLive(ana);
  await ana.say('before');
  await ana.expectTick('before', 'read');

  network.swallow('up', 'down');
  await ana.say('into nowhere');
  await bea.say('meanwhile');
  await bea.expectTick('meanwhile', 'sent');
  await expect(ana.bubble('into nowhere')).toBeVisible();
  await expect(link(ana)).toHaveAttribute('data-state', 'connected');
  await pass(ana, 20_000);
  await expect(link(ana), 'it is asked first').toHaveAttribute('data-state', 'connected');
  await pass(ana, 10_000);
  await expect(link(ana)).toHaveAttribute('data-state', 'waiting');

  network.swallow();
  await pass(ana, 3_000);
  await expect(link(ana)).toHaveAttribute('data-state', 'connected');
  await expect(bea.bubble('into nowhere')).toBeVisible();
  expect(network.sent('chat_message').map((frame) => frame.content)).toEqual(['before', 'into nowhere']);
  await expectOnce(room, ['before', 'meanwhile', 'into nowhere'], [ana, bea]);
});

test('an answer that the network has lost does not send the message twice', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  network.hold('down');
  await ana.say('stored, but she cannot know');
  await expect(bea.bubble('stored, but she cannot know')).toBeVisible();
  await ana.expectTick('stored, but she cannot know', 'waiting');
  network.cut();
  network.hold();
  await ana.expectTick('stored, but she cannot know', 'read');
  await expectOnce(room, ['stored, but she cannot know'], [ana, bea]);
});

test('on a slow network everything takes longer, and nothing else changes', { tag: '@long' }, async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  network.delay(700);
  const texts = Array.from({ length: 5 }, (_, index) => `message ${index}`);
  for (const text of texts) await ana.say(text);
  await ana.expectTick('message 0', 'waiting');
  await ana.expectTick('message 4', 'read');
  expect(network.sent('chat_message').map((frame) => frame.content), 'nothing is sent again').toEqual(texts);
  await expectOnce(room, texts, [ana, bea]);
});

test('a clock that is set a day forwards and back while messages flow confuses nothing', { tag: '@long' }, async ({ apart: [ana, bea], network }) => {
  await takeTime(ana);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const texts: string[] = [];
  for (const [index, shift_ms] of [0, day_ms, -2 * day_ms, day_ms].entries()) {
    await ana.page.clock.setSystemTime((await ana.page.evaluate(() => Date.now())) + shift_ms);
    for (const [speaker, other] of [
      [ana, bea],
      [bea, ana],
    ] as const) {
      const text = `${speaker.name} ${index}`;
      texts.push(text);
      await speaker.say(text);
      await expect(other.bubble(text)).toBeVisible();
      await speaker.expectTick(text, 'read');
    }
    network.cut();
    await ana.say(`after the cut ${index}`);
    texts.push(`after the cut ${index}`);
    await expect(bea.bubble(`after the cut ${index}`)).toBeVisible();
  }
  await expectOnce(room, texts, [ana, bea]);
});

test('a tab that stands still while it stores a message complains of nothing and sends it once', { tag: '@long' }, async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.composer.fill('written just before');
  await ana.page.getByRole('button', { name: 'Send' }).evaluate((button: HTMLElement, still_ms) => {
    button.click();
    setTimeout(() => {
      for (const from_ms = performance.now(); performance.now() < from_ms + still_ms; );
    });
  }, 6_000);
  // It is stored, or it was too late and what is written stays where it is.
  const refusal = ana.page.getByRole('alert');
  await expect(ana.bubble('written just before').or(refusal)).toBeVisible();
  if (await refusal.isVisible()) await ana.page.getByRole('button', { name: 'Send' }).click();
  await ana.expectTick('written just before', 'read');
  await expect(ana.composer).toHaveValue('');
  await expectOnce(room, ['written just before'], [ana, bea]);
});

test.describe('a network that cuts every connection somewhere', () => {
  test.use({ settings: { TWOTICK_SENDS_PER_WINDOW_MAX: '1000' } });
  // As many as a page shows at once.
  const messages = 48;

  for (const seed of [1, 2, 3]) {
    test(`loses none of ${messages} messages and doubles none, seed ${seed}`, { tag: '@long' }, async ({ person, network }) => {
      const people = [await person('ana', { baseURL: network.url }), await person('bea', { baseURL: network.url })] as const;
      const [ana, bea] = people;
      await connect(ana, bea);
      for (const one of people) {
        one.expects(...server_gone, ...network_gone);
        await takeTime(one);
      }
      const room = await ana.openLive(bea);
      await bea.openLive(ana);
      for (const one of people) {
        await stopTime(one);
        await watchOrder(one);
      }

      const random = chance(seed);
      network.cutBy(cuts(random));
      const said = { ana: [] as string[], bea: [] as string[] };
      for (let index = 0; index < messages; index += 1) {
        const speaker = people[random(2)] ?? ana;
        const text = `${speaker.name} ${index}.`;
        said[speaker.name as keyof typeof said].push(text);
        await speaker.say(text);
        await expect(speaker.bubble(text)).toBeVisible();
        for (const one of people) await pass(one, random(10_000));
      }
      const isThrough = async () => (await Promise.all(people.map((one) => isAllHeld(one, messages)))).every(Boolean);
      await passUntil(ana, async () => (await pass(bea, 1_000), isThrough()), 600_000, 1_000);
      const broken = network.connections.filter((connection) => !connection.isOpen);
      expect(broken.length).toBeGreaterThan(messages / 2);
      expect(broken.filter((connection) => connection.upgraded_ms !== undefined).length, 'sockets too').toBeGreaterThan(5);

      for (const one of people) await expectOrder(one);

      network.cutBy();
      const log = await ana.log(room);
      for (const one of people) {
        const own = log.filter((entry) => entry.author === one.name).map((entry) => entry.text);
        expect(own).toEqual(said[one.name as keyof typeof said]);
      }
      const fresh = await bea.tab(room);
      await expectOnce(room, log.map((entry) => entry.text), [ana, bea, fresh]);
    });
  }
});

/** Whether everything is on the screen and has its place in the log. */
async function isAllHeld({ page }: Person, messages: number): Promise<boolean> {
  return (await page.locator('article[data-seq]').count()) === messages && (await page.locator('article[data-cid]').count()) === messages;
}
