// A seq that is missing is fetched, and said in its place meanwhile; a log that began a new life is taken as it is (C6, C12).
import { cp, rm } from 'node:fs/promises';
import { fill, many_allowed } from '../fill.ts';
import { type Person, expect, server_gone, test } from '../fixtures.ts';
import { expectOrder, watchOrder } from '../order.ts';
import type { Proxy } from '../proxy.ts';
import { chance } from '../proxy/chance.ts';
import { expectOnce } from '../storage.ts';

const missing = 'Loading missed messages…';

/** Both in the conversation, watched from here on. */
async function talking(ana: Person, bea: Person): Promise<string> {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  for (const person of [ana, bea]) await watchOrder(person);
  return room;
}

test('a message that got lost on the way is fetched, and what came after it waits for it', async ({ apart: [ana, bea], network }) => {
  const room = await talking(ana, bea);
  await bea.say('one');
  await expect(ana.bubble('one')).toBeVisible();
  const dropped = network.dropNext('event');
  const answers = network.keepBack('message_history');
  await bea.say('two');
  await bea.say('three');
  await expect.poll(() => answers.count(), { message: 'the hole is asked about' }).toBe(1);
  expect(dropped()).toBe(0);
  await expect(ana.page.locator('article')).toHaveText([/one/]);
  answers.release();
  await expect(ana.page.locator('article')).toHaveText([/one/, /two/, /three/]);
  // The watch ends with the document: nothing was loaded anew.
  await expectOrder(ana);
  await expectOnce(room, ['one', 'two', 'three'], [ana, bea]);
});

test('while an answer is slow, the place of what is missing says so', async ({ apart: [ana, bea], network }) => {
  const room = await talking(ana, bea);
  await bea.say('one');
  await expect(ana.bubble('one')).toBeVisible();
  network.dropNext('event');
  const answers = network.keepBack('message_history');
  await bea.say('two');
  await bea.expectTick('two', 'sent');
  await ana.say('three');
  await ana.expectTick('three', 'read');
  await expect(ana.page.locator('article, [data-catching-up]')).toHaveText([/one/, missing, /three/], { useInnerText: true });
  await expect(ana.page.locator('[data-catching-up]')).toBeVisible();
  answers.release();
  await expect(ana.page.locator('article, [data-catching-up]')).toHaveText([/one/, /two/, /three/]);
  await expectOrder(ana);
  await expectOnce(room, ['one', 'two', 'three'], [ana, bea]);
});

test('of a network that loses every third event, nothing is missed', async ({ apart: [ana, bea], network }) => {
  const room = await talking(ana, bea);
  const random = chance(1);
  network.rewrite((frame) => (frame.type === 'event' && random(3) === 0 ? [] : [frame]));
  const texts = Array.from({ length: 16 }, (_, index) => `message ${index}.`);
  for (const [index, text] of texts.entries()) await (index % 4 === 3 ? ana : bea).say(text);
  await expect(ana.page.locator('article[data-seq]')).toHaveCount(texts.length);
  for (const person of [ana, bea]) await expectOrder(person);
  const log = await ana.log(room);
  expect(log.map((entry) => entry.text).sort()).toEqual([...texts].sort());
  await expectOnce(room, log.map((entry) => entry.text), [ana, bea]);
});

test.describe('too much is missed', () => {
  test.use({ settings: many_allowed });
  const before = 20;

  /** Ana has the room open with unread messages, and is away while many more come. */
  async function missMany(ana: Person, bea: Person, network: Proxy, count: number): Promise<string> {
    const room = await bea.open(ana);
    // Her own page would have to draw all of it.
    await bea.page.goto('about:blank');
    // The first message is read: before it there would be nothing to divide from.
    await fill(bea, room, 1);
    await ana.openLive(bea);
    await ana.expectUnread(room, undefined);
    await ana.visit('/people');
    await fill(bea, room, before - 1);
    await ana.openLive(bea);
    await expect(ana.page.locator('article')).toHaveCount(before);
    await expect(ana.page.locator('[data-divider]')).toHaveCount(1);
    await watchOrder(ana);
    network.refuse('everything');
    network.cut();
    await expect(ana.page.locator('[data-live="true"]')).toHaveCount(0);
    await fill(bea, room, count);
    return room;
  }

  /** What the server says when more is missed than it brings page by page. */
  function insteadOfHistory(network: Proxy, head: number): void {
    const end = network.rewrite((frame) => {
      if (frame.type !== 'message_history' || frame.after !== before) return [frame];
      end();
      return [{ type: 'gap', room: frame.room, head }];
    });
  }

  async function comeBack(ana: Person, network: Proxy): Promise<void> {
    network.refuse('nothing');
    await ana.page.evaluate(() => dispatchEvent(new Event('online')));
    await ana.live();
  }

  const seqs = async (person: Person) => (await person.transcript()).map((one) => Number(one.seq));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  test('the gap stands in its place, and is filled where it comes into view', async ({ apart: [ana, bea], network }) => {
    const missed = 120;
    const room = await missMany(ana, bea, network, missed);
    const head = before + missed;
    insteadOfHistory(network, head);
    await comeBack(ana, network);
    await expect(ana.page.locator('[data-gap]')).toContainText(missing);
    await expect(ana.page.locator('[data-gap]').getByRole('button')).toBeHidden();
    expect(await seqs(ana)).toEqual([...range(1, before), ...range(head - 49, head)]);
    await expect(ana.page.locator('[data-divider] + article')).toHaveAttribute('data-seq', '2');

    const gap = ana.page.locator('[data-gap]');
    const lastBefore = ana.page.locator(`article[data-seq="${before}"]`);
    await gap.scrollIntoViewIfNeeded();
    const seen = await lastBefore.boundingBox();
    await expect(lastBefore.locator('+ article')).toHaveAttribute('data-seq', String(before + 1));
    const moved_px = ((await lastBefore.boundingBox())?.y ?? Number.NaN) - (seen?.y ?? Number.NaN);
    expect(Math.abs(moved_px), 'what is read stays where it is').toBeLessThanOrEqual(1);
    await expect(async () => {
      if ((await gap.count()) > 0) await gap.scrollIntoViewIfNeeded({ timeout: 1_000 });
      await expect(gap).toHaveCount(0, { timeout: 1_000 });
    }).toPass();
    expect(await seqs(ana)).toEqual(range(1, head));
    await expect(ana.page.locator('[data-divider]')).toHaveCount(1);
    await expectOrder(ana);
    await expectOnce(room, (await bea.log(room)).map((entry) => entry.text), [ana]);
  });

  test('a gap that cannot be filled says so, and is filled when it can', async ({ apart: [ana, bea], network }) => {
    const missed = 80;
    const room = await missMany(ana, bea, network, missed);
    const head = before + missed;
    insteadOfHistory(network, head);
    await comeBack(ana, network);
    const gap = ana.page.locator('[data-gap]');
    await expect(gap).toContainText(missing);
    network.refuse('everything');
    network.cut();
    await expect(ana.page.locator('[data-live="true"]')).toHaveCount(0);
    await gap.scrollIntoViewIfNeeded();
    await expect(gap).toContainText('Missed messages could not be loaded.');
    network.refuse('nothing');
    await gap.getByRole('button', { name: 'Try again' }).click();
    await expect(gap).toHaveCount(0);
    expect(await seqs(ana)).toEqual(range(1, head));
    await expectOrder(ana);
    await expectOnce(room, (await bea.log(room)).map((entry) => entry.text), [ana]);
  });

  test('more than five thousand are not fetched one page after the other', { tag: '@long' }, async ({ apart: [ana, bea], network }) => {
    const missed = 5_010;
    await missMany(ana, bea, network, missed);
    const head = before + missed;
    await comeBack(ana, network);
    await expect(ana.page.locator('[data-gap]')).toContainText(missing);
    await expect(ana.page.locator('[data-gap]').getByRole('button')).toBeHidden();
    expect(await seqs(ana)).toEqual([...range(1, before), ...range(head - 49, head)]);
    await bea.openLive(ana);
    await bea.say('and one more');
    await expect(ana.bubble('and one more')).toBeVisible();

    await ana.page.locator('[data-gap]').scrollIntoViewIfNeeded();
    await expect.poll(async () => (await seqs(ana)).length).toBeGreaterThan(before + 51);
    await expect(ana.page.locator('[data-gap]')).toHaveCount(1);
    await expectOrder(ana);
  });
});

test('a database that is put back is taken as it is, and what waits is offered to it', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('kept');
  await ana.expectTick('kept', 'read');
  const copy = `${server.dataDir}-copy`;
  await server.stop();
  await cp(server.dataDir, copy, { recursive: true });
  await server.up();
  for (const person of [ana, bea]) await person.live();
  await ana.say('lost with the disk');
  await bea.say('this too');
  await expect(bea.bubble('lost with the disk')).toBeVisible();
  await expect(ana.bubble('this too')).toBeVisible();
  await ana.expectTick('lost with the disk', 'read');

  await server.stop();
  await ana.say('waiting');
  await rm(server.dataDir, { recursive: true });
  await cp(copy, server.dataDir, { recursive: true });
  await rm(copy, { recursive: true });
  await server.up();
  await ana.expectTick('waiting', 'read');
  await bea.say('after');
  await expectOnce(room, ['kept', 'waiting', 'after'], [ana, bea]);
  for (const person of [ana, bea]) await person.page.reload();
  await expectOnce(room, ['kept', 'waiting', 'after'], [ana, bea]);
});
