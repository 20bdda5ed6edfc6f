// The scrolled part of a conversation: what is read stays where it is, whatever comes above and below it.
import { fill, many_allowed } from '../fill.ts';
import { type Person, expect, test } from '../fixtures.ts';

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

const history = ({ page }: Person) => page.getByRole('region', { name: 'History' });

const scroll = async (person: Person, by_px: number) => history(person).evaluate((element, by_px) => element.scrollBy(0, by_px), by_px);

/** The first message in view, and where it is. */
async function firstSeen(person: Person): Promise<{ seq: number; y: number }> {
  return history(person).evaluate((element) => {
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
  await history(ana).evaluate((element) => element.scrollTo(0, element.clientHeight - element.scrollHeight + 300));
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
