// The scrolled part of a conversation: what is read stays where it is, whatever comes above and below it.
import { fill, many_allowed } from '../fill.ts';
import { type Person, connect, expect, test } from '../fixtures.ts';

test.use({ settings: many_allowed });

/** Ana has a conversation with Bea open, with this many messages of Bea; Bea's own page is elsewhere. */
async function longTalk(ana: Person, bea: Person, count: number): Promise<string> {
  const room = await bea.open(ana);
  await bea.page.goto('about:blank');
  await fill(bea, room, count);
  await ana.openLive(bea);
  await expect(ana.page.locator(`article[data-seq="${count}"]`)).toBeVisible();
  return room;
}

const messages = ({ page }: Person) => page.getByRole('region', { name: 'Messages' });

/** Scrolls, and waits until the rows that it takes are drawn. */
const scroll = async (person: Person, by_px: number) =>
  messages(person).evaluate(async (element, by_px) => {
    element.scrollBy(0, by_px);
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  }, by_px);

/** The first message in view, and where it is. */
async function firstSeen(person: Person): Promise<{ seq: number; y: number }> {
  return messages(person).evaluate((element) => {
    const top = element.getBoundingClientRect().top;
    const first = Array.from(element.querySelectorAll('article')).find((article) => article.getBoundingClientRect().bottom > top + 40);
    return { seq: Number(first?.dataset.seq), y: first?.getBoundingClientRect().top ?? Number.NaN };
  });
}

async function place(person: Person, seq: number): Promise<number> {
  return person.page.locator(`article[data-seq="${seq}"]`).evaluate((article) => article.getBoundingClientRect().top);
}

test('an older page comes in above without moving, remaking or blurring what is read', async ({ pair: [ana, bea] }) => {
  const count = 130;
  await longTalk(ana, bea, count);
  const oldest = () => ana.page.locator('article').first().getAttribute('data-seq');
  expect(await oldest()).toBe(String(count - 49));
  // Near enough to the beginning that the page before it is asked for.
  await ana.page.route('**/api/fn/history', async (route) => {
    await expect.poll(() => ana.page.evaluate(() => 'held' in window)).toBe(true);
    await route.continue();
  });
  await messages(ana).evaluate((element) => element.scrollTo(0, element.clientHeight - element.scrollHeight + 300));
  const seen = await firstSeen(ana);
  await ana.page.evaluate((seq) => {
    const held = document.querySelector<HTMLElement>(`article[data-seq="${seq}"]`);
    held?.focus({ preventScroll: true });
    const moved = { count: 0 };
    const staying = new Set(Array.from(document.querySelectorAll('article')));
    const watch = (changes: MutationRecord[]) =>
      changes.flatMap(({ removedNodes }) => Array.from(removedNodes)).forEach((node) => (moved.count += Number(staying.has(node as HTMLElement))));
    new MutationObserver(watch).observe(document.body, { subtree: true, childList: true });
    Object.assign(window, { held, moved });
  }, seen.seq);
  await expect.poll(oldest).not.toBe(String(count - 49));
  expect(Math.abs((await place(ana, seen.seq)) - seen.y), 'what is read stays where it is').toBeLessThanOrEqual(1);
  const after = await ana.page.evaluate((seq) => {
    const { held, moved } = window as unknown as { held: Element; moved: { count: number } };
    const row = document.querySelector(`article[data-seq="${seq}"]`);
    return { same: row === held, focused: document.activeElement === held, moved: moved.count };
  }, seen.seq);
  expect(after).toEqual({ same: true, focused: true, moved: 0 });
});

test('messages that come while older ones are read move nothing', async ({ pair: [ana, bea] }) => {
  const room = await longTalk(ana, bea, 60);
  await scroll(ana, -800);
  const seen = await firstSeen(ana);
  await fill(bea, room, 20);
  await expect(ana.page.locator('article[data-seq="80"]')).toHaveCount(1);
  expect(await firstSeen(ana)).toEqual({ seq: seen.seq, y: expect.closeTo(seen.y, 0) });
});

const bar = ({ page }: Person) => page.locator('[data-jump="unread"]');
const latest = ({ page }: Person) => page.locator('[data-jump="latest"]');

test('a long room is scrolled from end to beginning with few rows, and nothing in view ever moves', async ({ pair: [ana, bea] }) => {
  const count = 500;
  const room = await longTalk(ana, bea, count);
  const rows_max = 200;
  for (let round = 0; (await ana.page.locator('article').first().getAttribute('data-seq')) !== '1'; round += 1) {
    expect(round).toBeLessThan(200);
    const moved = await messages(ana).evaluate(async (element) => {
      const top = element.getBoundingClientRect().top;
      const seen = Array.from(element.querySelectorAll('article')).find((article) => article.getBoundingClientRect().top > top);
      const before = seen?.getBoundingClientRect().top ?? Number.NaN;
      const from = element.scrollTop;
      element.scrollBy(0, -400);
      const by = from - element.scrollTop;
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      return (seen?.getBoundingClientRect().top ?? Number.NaN) - before - by;
    });
    expect(Math.abs(moved), 'a row in view moves as far as it is scrolled').toBeLessThanOrEqual(1);
    expect(await ana.page.locator('article').count()).toBeLessThanOrEqual(rows_max);
  }
  await expect(ana.page.locator('article[data-seq="1"]')).toBeAttached();

  await expect(latest(ana).locator('[data-count=""]')).toBeAttached();
  await fill(bea, room, 3);
  await expect(latest(ana)).toContainText('3');
  await expect(ana.page.locator(`article[data-seq="${count + 3}"]`)).toHaveCount(0);
  await latest(ana).click();
  await expect(ana.page.locator(`article[data-seq="${count + 3}"]`)).toBeInViewport();
  await expect(latest(ana)).toBeHidden();
  expect(await ana.page.locator('article').count()).toBeLessThanOrEqual(rows_max);
  await ana.expectUnread(room, undefined);
});

test('an own message leads to the end, from wherever one reads', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 120);
  await scroll(ana, -1_500);
  await expect(latest(ana)).toBeVisible();
  await ana.say('here I am');
  await expect(ana.bubble('here I am')).toBeInViewport();
  await expect(latest(ana)).toBeHidden();
});

test('the bar leads to the first unread message, held or not, and can be dismissed', async ({ pair: [ana, bea] }) => {
  const room = await longTalk(ana, bea, 30);
  await ana.expectUnread(room, undefined);
  await ana.page.goto('/people');
  const unread = 90;
  await fill(bea, room, unread);
  await ana.openLive(bea);
  await expect(bar(ana)).toContainText(`${unread} unread`);
  await expect(ana.page.locator(`article[data-seq="${30 + unread}"]`)).toBeInViewport();
  await bar(ana).getByRole('button').first().click();
  await expect(ana.page.locator('[data-divider]')).toBeInViewport();
  await expect(ana.page.locator('[data-divider]')).toContainText(String(unread));
  await expect(ana.page.locator('[data-divider] + article')).toHaveAttribute('data-seq', '31');
  await expect(bar(ana)).toBeHidden();

  await ana.page.goto('/people');
  await fill(bea, room, unread);
  await ana.openLive(bea);
  await expect(bar(ana)).toBeVisible();
  await bar(ana).getByRole('button', { name: 'Dismiss' }).click();
  await expect(bar(ana)).toBeHidden();
  await expect(ana.page.locator('[data-divider]')).toHaveCount(0);
});

test('Shift+PageUp leads to the first unread message, and Escape leaves nothing new and leads to the end', async ({ pair: [ana, bea] }) => {
  const room = await longTalk(ana, bea, 30);
  await ana.expectUnread(room, undefined);
  await ana.page.goto('/people');
  const unread = 90;
  await fill(bea, room, unread);
  await ana.openLive(bea);
  await expect(bar(ana)).toBeVisible();
  const divider = ana.page.locator('[data-divider]');
  await ana.page.keyboard.press('Shift+PageUp');
  await expect(divider).toBeInViewport();
  await expect(ana.page.locator('[data-divider] + article')).toHaveAttribute('data-seq', '31');
  await expect(latest(ana)).toBeVisible();

  await ana.page.keyboard.press('Control+/');
  await expect(ana.page.getByRole('dialog')).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await expect(ana.page.getByRole('dialog')).toHaveCount(0);
  await expect(divider, 'something was open').toBeInViewport();
  await ana.page.keyboard.press('Escape');
  await expect(divider).toHaveCount(0);
  await expect(ana.page.locator(`article[data-seq="${30 + unread}"]`)).toBeInViewport({ ratio: 1 });
  await expect(latest(ana)).toBeHidden();
  await expect(ana.composer).toBeFocused();
  await ana.expectUnread(room, undefined);
});

test('the day of what is read floats above it, while neither its separator nor the end is in view', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 60);
  const floating = ana.page.locator('[data-floating]');
  await expect(floating).toBeHidden();
  await scroll(ana, -600);
  await expect(floating).toBeInViewport();
  await expect(floating).toHaveText('Today');
  await scroll(ana, -10_000);
  // The page before came in meanwhile.
  await expect(ana.page.locator('article[data-seq="1"]')).toBeAttached();
  await scroll(ana, -10_000);
  await expect(ana.page.locator('.lines h3')).toBeInViewport();
  await expect(ana.page.locator('.lines h3')).toHaveText('Today');
  await expect(floating).toBeHidden();
  await scroll(ana, 10_000);
  await expect(floating).toBeHidden();
});

test('what is selected stays selected while older messages come in', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 130);
  await ana.page.evaluate(() => {
    const [from, to] = ['82', '84'].map((seq) => document.querySelector(`article[data-seq="${seq}"] .text`)?.firstChild);
    if (from && to) getSelection()?.setBaseAndExtent(from, 3, to, 3);
  });
  const selected = () => ana.page.evaluate(() => String(getSelection()));
  const before = await selected();
  expect(before.match(/message \d+/g), 'one message between two that are selected in part').toHaveLength(1);
  await scroll(ana, -10_000);
  await expect(ana.page.locator('article[data-seq="31"]')).toBeAttached();
  await scroll(ana, -10_000);
  await expect(ana.page.locator('article[data-seq="1"]')).toBeAttached();
  expect(await selected()).toBe(before);
});

test('what grows late, above or below, does not move what is read', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 60);
  /** Makes a message higher, as a picture does that comes late. */
  const grow = (seq: number) =>
    ana.page.locator(`article[data-seq="${seq}"] .text`).evaluate(async (text) => {
      text.append('\nline'.repeat(8));
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    });
  const height = () => messages(ana).evaluate((element) => element.scrollHeight);
  await scroll(ana, -800);
  const seen = await firstSeen(ana);
  for (const seq of [seen.seq - 5, seen.seq - 2, 58]) {
    const before = await height();
    await grow(seq);
    expect(await height()).toBeGreaterThan(before + 100);
    expect(Math.abs((await place(ana, seen.seq)) - seen.y), `message ${seq} has grown`).toBeLessThanOrEqual(1);
  }
  await scroll(ana, 10_000);
  const last = await place(ana, 60);
  await grow(seen.seq);
  expect(Math.abs((await place(ana, 60)) - last), 'the end stays the end').toBeLessThanOrEqual(1);
});

test('whoever comes back to a conversation finds it where it was left, unless there is something new', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const withCleo = await ana.open(cleo);
  const withBea = await longTalk(ana, bea, 150);
  await scroll(ana, -10_000);
  await expect(ana.page.locator('article[data-seq="52"]')).toBeAttached();
  await ana.page.locator('article[data-seq="60"]').evaluate((article) => article.scrollIntoView());
  await scroll(ana, -100);
  const seen = await firstSeen(ana);
  expect(seen.seq).toBeLessThan(62);
  const go = async (room: string) => {
    await ana.roomRow(room).click();
    await expect(ana.page).toHaveURL(room);
  };
  await go(withCleo);
  await go(withBea);
  await expect.poll(() => firstSeen(ana)).toEqual({ seq: seen.seq, y: expect.closeTo(seen.y, 0) });
  await expect(latest(ana)).toBeVisible();

  await go(withCleo);
  await fill(bea, withBea, 3);
  await ana.expectUnread(withBea, '3');
  await go(withBea);
  await expect(ana.page.locator('article[data-seq="153"]'), 'what is new is shown').toBeInViewport();
  await expect(latest(ana)).toBeHidden();
  await go(withCleo);
  await go(withBea);
  await expect(ana.page.locator('article[data-seq="153"]'), 'it was left at its end').toBeInViewport();
});

test('messages of one person stand together', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('one');
  await ana.say('two');
  await expect(bea.bubble('two')).toBeVisible();
  await bea.say('three');
  await expect(ana.bubble('three')).toBeVisible();
  const grouped = () => ana.page.locator('article').evaluateAll((all) => all.map((one) => 'grouped' in (one as HTMLElement).dataset));
  expect(await grouped()).toEqual([false, true, false]);
  await ana.page.reload();
  await ana.live();
  expect(await grouped()).toEqual([false, true, false]);
});

test('a long text is opened where it stands', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 40);
  await bea.openLive(ana);
  await bea.say(`begins ${'word '.repeat(1_900)} ends`);
  const bubble = ana.bubble('begins');
  await expect(bubble).toBeVisible();
  const before = await bubble.boundingBox();
  await bubble.getByRole('button', { name: 'Show more' }).click();
  await expect(bubble.getByRole('button', { name: 'Show more' })).toBeHidden();
  const after = await bubble.boundingBox();
  expect(Math.abs((after?.y ?? Number.NaN) - (before?.y ?? Number.NaN))).toBeLessThanOrEqual(1);
  expect(after?.height).toBeGreaterThan((before?.height ?? Number.NaN) * 2);
});

test('what is read stays when the composer grows, and the end stays the end', async ({ pair: [ana, bea] }) => {
  await longTalk(ana, bea, 60);
  const last = ana.page.locator('article[data-seq="60"]');
  await ana.composer.fill('line\n'.repeat(6));
  await expect(last).toBeInViewport({ ratio: 1 });
  await ana.composer.fill('');
  await scroll(ana, -800);
  const seen = await firstSeen(ana);
  await ana.composer.fill('line\n'.repeat(6));
  expect(await firstSeen(ana)).toEqual({ seq: seen.seq, y: expect.closeTo(seen.y, 0) });
});
