// A server that talks nonsense: nothing breaks, nothing is lost, and the conversation goes on (SPEC 9).
import { fill, many_allowed } from '../fill.ts';
import { type Person, expect, test } from '../fixtures.ts';
import { expectOrder, watchOrder } from '../order.ts';
import { roomNumber } from '../person.ts';
import type { Frame } from '../proxy.ts';
import { expectOnce } from '../storage.ts';

const outdated = 'A new version is ready.';

/** One message each way, over whatever is left of the socket. */
async function exchange(ana: Person, bea: Person, about: string): Promise<string[]> {
  const texts = [`Ana, ${about}`, `Bea, ${about}`] as const;
  await ana.say(texts[0]);
  await expect(bea.bubble(texts[0]), about).toBeVisible();
  await bea.say(texts[1]);
  await expect(ana.bubble(texts[1]), about).toBeVisible();
  await ana.expectTick(texts[0], 'read');
  return [...texts];
}

const author = { id: 2, username: 'bea', display_name: 'Bea' };
const cid = '019a9f3c-5d00-7abc-8def-0123456789ab';
const invented = (room: number, seq: unknown): Frame => {
  const message = { type: 'text', content: 'never written' };
  return { type: 'event', room, seq, cid, kind: 'message', author, at: '2026-11-20T09:59:59.123Z', message };
};
const history = (room: number, after: unknown, to: unknown, events: Frame[]): Frame => {
  const unread = { count: 0, read: 0, as_of: to };
  return { type: 'message_history', room, after, to, events, first: 1, head: to, complete: true, cursors: [], unread };
};

const nonsense: Record<string, (room: number, last: Frame) => (Frame | Buffer | string)[]> = {
  'text that is no JSON': () => ['', 'garbage', '{', '{"type":"event"', '\u0000', '💥'.repeat(1_000), '['.repeat(10_000)],
  'JSON that is no frame': () => ['null', '5', '[]', '{}', '"welcome"', '{"type":5}', '{"type":null}', '{"type":["event"]}'],
  'bytes': () => [Buffer.from([0]), Buffer.alloc(70_000, 0xff), Buffer.from('{"type":"pong","n":1}')],
  'frames of another version': () => [{ type: 'weather' }, { type: 'welcome2', rooms: [] }, { type: 'chat_message', content: 'x' }],
  'frames without their fields': () =>
    ['welcome', 'ack', 'refused', 'slow_down', 'event', 'message_history', 'gap', 'cursors', 'typing', 'presence', 'room', 'pong'].map(
      (type) => ({ type }),
    ),
  'the same event again': (_, last) => [last, last],
  'another event in its place': (room, last) => [invented(room, last.seq), invented(room, 1)],
  'seqs that cannot be': (room) => [0, -1, -9_007_199_254_740_993, 1.5, 1e300, '7', null].map((seq) => invented(room, seq)),
  'events of rooms that nobody knows': () => [999, 0, -1].map((room) => invented(room, 1)),
  'answers that nobody asked for': (room) => [
    history(room, 1_000, 1_001, [invented(room, 1_001)]),
    history(room, -5, 3, []),
    history(999, 0, 0, []),
    { type: 'gap', room: 999, head: 5 },
    { type: 'ack', cid, room, seq: 1, at: '2026-11-20T09:59:59.123Z' },
    { type: 'refused', cid, code: 'weather', message: 'It rains.' },
    { type: 'slow_down', cid, wait_ms: -5 },
    { type: 'room', change: 'painted', room },
    { type: 'error', code: 'weather', message: 'It rains.' },
  ],
};

test('whatever is said in between, messages go both ways, each once', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await watchOrder(ana);
  let last: Frame = { type: 'event' };
  network.rewrite((frame) => {
    if (frame.type === 'event') last = frame;
    return [frame];
  });
  const texts = await exchange(ana, bea, 'before');
  for (const [about, frames] of Object.entries(nonsense)) {
    for (const frame of frames(roomNumber(room), last)) network.inject(frame);
    texts.push(...(await exchange(ana, bea, about)));
  }
  expect(network.sockets.filter((socket) => socket.isLive), 'on the same socket').toHaveLength(1);
  await expect(ana.page.getByText('never written')).toHaveCount(0);
  await expectOrder(ana);
  await expectOnce(room, texts, [ana, bea]);
});

test('an event that claims to be far ahead is not believed for long', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const texts = await exchange(ana, bea, 'before');
  network.inject(invented(roomNumber(room), 1_000_000));
  texts.push(...(await exchange(ana, bea, 'meanwhile')));
  await expect(ana.page.locator('[data-gap], [data-catching-up]')).toHaveCount(0);
  texts.push(...(await exchange(ana, bea, 'afterwards')));
  await expect(ana.page.getByText('never written')).toHaveCount(0);
  await expectOnce(room, texts, [ana, bea]);
});

test('an event with a wrong seq is asked for and shown in its right place', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await watchOrder(ana);
  const texts = await exchange(ana, bea, 'before');
  for (const [about, shift] of [['ahead', 500], ['behind', -1], ['below zero', -500]] as const) {
    const end = network.rewrite((frame) => {
      if (frame.type !== 'event') return [frame];
      end();
      return [{ ...frame, seq: Number(frame.seq) + shift }];
    });
    await bea.say(about);
    texts.push(about, ...(await exchange(ana, bea, `after ${about}`)));
  }
  await expectOrder(ana);
  await expectOnce(room, texts, [ana, bea]);
});

test('a flood of garbage is not answered by a flood', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const asked = network.sent('resume').length;
  for (let index = 0; index < 500; index += 1) network.inject(`garbage ${index}`);
  const texts = await exchange(ana, bea, 'through the flood');
  expect(network.sent('resume').length - asked).toBeLessThanOrEqual(2);
  await expectOnce(room, texts, [ana, bea]);
});

test.describe('more than a frame should hold', () => {
  test.use({ settings: many_allowed });

  test('a thousand events in one frame are a thousand messages', async ({ apart: [ana, bea], network }) => {
    const room = await bea.open(ana);
    await bea.page.goto('about:blank');
    await ana.openLive(bea);
    await watchOrder(ana);
    network.refuse('everything');
    network.cut();
    await expect(ana.page.locator('[data-live="true"]')).toHaveCount(0);
    await fill(bea, room, 1_000);
    const events = await everyEvent(bea, room);
    expect(events).toHaveLength(1_000);
    const end = network.rewrite((frame) => {
      if (frame.type !== 'message_history') return [frame];
      end();
      return [{ ...frame, to: 1_000, events, complete: true }];
    });
    network.refuse('nothing');
    await ana.live();
    await expect(ana.page.locator('article').last()).toHaveAttribute('data-seq', '1000');
    await bea.openLive(ana);
    await bea.say('the last one');
    await expect(ana.bubble('the last one')).toBeVisible();
    await expectOrder(ana);
    await expectOnce(room, (await bea.log(room)).map((entry) => entry.text), [ana]);
  });
});

async function everyEvent(person: Person, room: string): Promise<Frame[]> {
  const events: Frame[] = [];
  for (let [to, head] = [0, 1]; to < head; ) {
    const response = await person.context.request.post(person.url('/api/fn/history'), {
      headers: { origin: person.origin },
      data: { room: roomNumber(room), before: null, after: to },
    });
    const { page } = await response.json();
    events.push(...page.events);
    ({ to, head } = page);
  }
  return events;
}

test('a server of another build says that there is a new version, and a reload brings it', async ({ apart: [ana, bea], network }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await expect(ana.page.getByText(outdated)).toBeHidden();
  const end = network.rewrite((frame) => [frame.type === 'welcome' ? { ...frame, build: 'another', news: { since: 1 } } : frame]);
  network.cut();
  await expect(ana.page.getByText(outdated)).toBeVisible();
  await expect(ana.page.locator('.chat[data-outdated="true"]')).toBeAttached();
  const texts = await exchange(ana, bea, 'with the old page');
  end();
  await ana.page.getByRole('button', { name: 'Reload' }).click();
  await expect(ana.page.locator('.chat[data-outdated="true"]')).toHaveCount(0);
  await ana.live();
  await expect(ana.page.getByText(outdated)).toBeHidden();
  texts.push(...(await exchange(ana, bea, 'with the new one')));
  await expectOnce(room, texts, [ana, bea]);
});

test('a server that names no build, and one that knows more than the page, are understood', async ({ apart: [ana, bea], network }) => {
  const frames_known = ['welcome', 'event', 'ack', 'cursors', 'message_history', 'presence'];
  network.rewrite((frame) => {
    if (!frames_known.includes(frame.type)) return [frame];
    const { build: _, ...rest } = frame;
    return [{ ...rest, colour: 'green', nested: { type: 'event', seq: [1, { deep: null }] } }, { ...rest, type: `${frame.type}_2` }];
  });
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const texts = await exchange(ana, bea, 'first');
  network.cut();
  texts.push(...(await exchange(ana, bea, 'second')));
  await expect(ana.page.getByText(outdated)).toBeHidden();
  await expectOnce(room, texts, [ana, bea]);
});
