// What stands where: nothing moves when the chat comes to life, nothing but a pane scrolls, and nothing is out of reach on a small
// window, at 400 % or from right to left.
import type { BrowserContextOptions, Page, Route } from '@playwright/test';
import { type Person, connect, expect, test } from '../fixtures.ts';

const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };
/** The pictures of before and after are not the service worker's to give. */
const bare: BrowserContextOptions = { serviceWorkers: 'block' };
const shift_limit = 0.001;

/** Holds the module back until it is let go. */
async function heldModule(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let is_free = false;
  await page.route(/\.wasm$/, async (route) => {
    if (is_free) await route.continue();
    else held.push(route);
  });
  return async () => {
    is_free = true;
    for (const route of held) await route.continue();
  };
}

/** Where the parts of the screen are that are in view. */
async function places(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const names = ['.top', '.inbox', '.row', '.row .avatar', '.room-head', '.room-head h1', '.timeline', '.composer', '.composer textarea', '.send'];
    const bubbles = Array.from(document.querySelectorAll('article[data-cid]'));
    const top = document.querySelector('.timeline')?.getBoundingClientRect().top ?? 0;
    const first = bubbles.find((bubble) => bubble.getBoundingClientRect().top >= top);
    const found: [string, Element | null | undefined][] = names.map((name) => [name, document.querySelector(name)]);
    found.push(['first bubble', first], ['last bubble', bubbles.at(-1)]);
    const shown = found.filter(([, element]) => element?.checkVisibility());
    return Object.fromEntries(
      shown.map(([name, element]) => {
        const { x, y, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
        return [name, [x, y, width, height].map((length) => length.toFixed(1)).join(' ')];
      }),
    );
  });
}

type Shift = { value: number; moved: string[] };

/** How much the page has moved by itself since it came, and what. */
async function shifts(page: Page): Promise<Shift[]> {
  return page.evaluate(
    () =>
      new Promise<Shift[]>((done) => {
        type Source = { node: Node | null; previousRect: DOMRect; currentRect: DOMRect };
        const said = ({ x, y, width, height }: DOMRect): string => `${x} ${y} ${width} ${height}`;
        const named = (node: Node | null): string => (node instanceof Element ? `${node.localName}.${node.className}` : (node?.textContent ?? 'gone'));
        const told = ({ node, previousRect, currentRect }: Source): string => `${named(node)}: ${said(previousRect)} to ${said(currentRect)}`;
        const found: Shift[] = [];
        new PerformanceObserver((list) => {
          for (const { value, sources } of list.getEntries() as (PerformanceEntry & { value: number; sources: Source[] })[]) {
            found.push({ value, moved: sources.map(told) });
          }
        }).observe({ type: 'layout-shift', buffered: true });
        // What is buffered is told with the next frames.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(found), 0)));
      }),
  );
}

async function assertNothingMoves(person: Person, path: string): Promise<void> {
  const { page } = person;
  const letGo = await heldModule(page);
  await person.visit(path);
  const before = await places(page);
  const texts = await page.locator('main time').allInnerTexts();
  await letGo();
  await person.live();
  expect(await places(page), path).toEqual(before);
  expect(await page.locator('main time').allInnerTexts(), path).toEqual(texts);
  const moved = await shifts(page);
  const sum = moved.reduce((sum, { value }) => sum + value, 0);
  expect(sum, `${path} has not moved: ${JSON.stringify(moved)}`).toBeLessThan(shift_limit);
}

async function talk(ana: Person, bea: Person): Promise<string> {
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  for (let index = 0; index < 12; index += 1) await ana.say(`${index} ${'a message of some length '.repeat(index % 4)}`);
  await ana.expectTick('11 a message', 'sent');
  return room;
}

for (const [width, viewport] of Object.entries(widths)) {
  test(`nothing moves when the chat comes to life, ${width}`, async ({ person }) => {
    const ana = await person('ana', { viewport, timezoneId: 'Asia/Kolkata', ...bare });
    const bea = await person('bea', { viewport, timezoneId: 'America/New_York', ...bare });
    for (const each of [ana, bea]) each.expects(/Service Worker registration blocked/);
    const room = await talk(ana, bea);
    await assertNothingMoves(ana, room);
    await assertNothingMoves(ana, '/');
    // Nothing is read yet here: there are badges, and a divider.
    await assertNothingMoves(bea, '/');
    await assertNothingMoves(bea, room);
  });
}

test('what is said of the connection moves nothing where no conversation is open', async ({ apart: [ana], network }) => {
  await ana.page.setViewportSize(widths.desk);
  await ana.visit('/');
  await ana.live();
  const hint = ana.page.getByText('Choose a conversation');
  const before = await hint.boundingBox();
  network.refuse('everything');
  network.cut();
  await expect(ana.link).toContainText('Reconnecting…');
  await expect(ana.link).toBeInViewport({ ratio: 1 });
  expect(await hint.boundingBox()).toEqual(before);
});

test('what was written before the chat comes to life is there afterwards, and the filter filters', async ({ person }) => {
  const ana = await person('ana', { viewport: widths.desk, ...bare });
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  ana.expects(/Service Worker registration blocked/);
  await connect(ana, cleo);
  const room = await talk(ana, bea);
  const filter = ana.page.getByRole('searchbox', { name: 'Filter conversations' });
  const letGo = await heldModule(ana.page);
  await ana.visit(room);
  await ana.composer.fill('half a sentence');
  await filter.click();
  await ana.page.keyboard.type('cleX');
  await ana.page.keyboard.press('ArrowLeft');
  await letGo();
  await ana.live();
  await expect(ana.composer).toHaveValue('half a sentence');
  await expect(filter).toBeFocused();
  await ana.page.keyboard.press('Delete');
  await expect(filter).toHaveValue('cle');
  await expect(ana.page.locator('.inbox .row:visible')).toHaveText([/Cleo/]);
});

test('a filter that is whole before the chat comes to life is applied', async ({ person }) => {
  const ana = await person('ana', { viewport: widths.phone, ...bare });
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  ana.expects(/Service Worker registration blocked/);
  await connect(ana, cleo);
  await talk(ana, bea);
  const letGo = await heldModule(ana.page);
  await ana.visit('/');
  await ana.page.getByRole('searchbox', { name: 'Filter conversations' }).fill('cle');
  await letGo();
  await ana.live();
  await expect(ana.page.locator('.inbox .row:visible')).toHaveText([/Cleo/]);
});

async function assertNothingOverflows(page: Page, name: string): Promise<void> {
  const { wide, high } = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return { wide: scrollWidth - clientWidth, high: scrollHeight - clientHeight };
  });
  expect(wide, `${name} is not wider than its window`).toBeLessThanOrEqual(0);
  const scrolls = await page.evaluate(() => document.body.dataset.page !== 'chat');
  if (!scrolls) expect(high, `${name} is not higher than its window`).toBeLessThanOrEqual(0);
}

for (const viewport of [{ width: 320, height: 256 }, { width: 320, height: 640 }]) {
  test(`everything is within reach at 400 %: ${viewport.width} by ${viewport.height}`, async ({ person }) => {
    const ana = await person('ana', { viewport });
    const bea = await person('bea');
    await talk(ana, bea);
    await assertNothingOverflows(ana.page, 'the room');
    const { timeline, window } = await ana.page.evaluate(() => {
      return { timeline: document.querySelector('.timeline')?.clientHeight ?? 0, window: innerHeight };
    });
    expect(timeline, 'the conversation has the most of the height').toBeGreaterThan(window * 0.45);
    await expect(ana.composer).toBeInViewport({ ratio: 1 });
    await expect(ana.page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
    await ana.composer.fill('line\n'.repeat(30));
    expect(await ana.page.evaluate(() => document.querySelector('.timeline')?.clientHeight ?? 0)).toBeGreaterThan(viewport.height * 0.15);
    await expect(ana.page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });

    await ana.page.getByRole('link', { name: 'Back' }).click();
    await expect(ana.page.locator('.row').first()).toBeInViewport();
    await expect(ana.page.getByRole('button', { name: 'Log out' })).toBeInViewport({ ratio: 1 });
    await assertNothingOverflows(ana.page, 'the inbox');
    await ana.page.getByRole('link', { name: 'People', exact: true }).click();
    await expect(ana.page.getByRole('heading', { name: 'People', exact: true })).toBeVisible();
    await assertNothingOverflows(ana.page, 'people');
    await ana.page.getByRole('button', { name: 'Remove' }).scrollIntoViewIfNeeded();
    await expect(ana.page.getByRole('button', { name: 'Remove' })).toBeInViewport({ ratio: 0.95 });
  });
}

test('nothing scrolls but a pane, and two panes begin with tablets', async ({ person }) => {
  const ana = await person('ana', { viewport: widths.desk });
  const bea = await person('bea');
  await talk(ana, bea);
  for (const [width, panes] of [[360, 1], [767, 1], [768, 2], [1024, 2], [2560, 2]] as const) {
    await ana.page.setViewportSize({ width, height: 700 });
    await assertNothingOverflows(ana.page, `${width} px`);
    await expect(ana.page.locator('.inbox:visible, .conversation:visible'), `${width} px`).toHaveCount(panes);
  }
  await ana.page.mouse.move(1_500, 400);
  await ana.page.mouse.wheel(0, -400);
  await ana.page.mouse.wheel(0, 2_000);
  expect(await ana.page.evaluate(() => scrollY)).toBe(0);
});

test('a page from right to left is mirrored', async ({ person }) => {
  const ana = await person('ana', { viewport: widths.desk });
  const bea = await person('bea');
  await talk(ana, bea);
  await bea.openLive(ana);
  await bea.say('an answer');
  await expect(ana.bubble('an answer')).toBeVisible();
  const sides = async () => {
    const left = async (selector: string) => (await ana.page.locator(selector).last().boundingBox())?.x ?? 0;
    const [own, other] = [await left('.bubble[data-own]'), await left('.bubble:not([data-own])')];
    const [inbox, pane] = [await left('.inbox'), await left('.pane')];
    return { own_is_right: own > other, inbox_is_right: inbox > pane };
  };
  expect(await sides()).toEqual({ own_is_right: true, inbox_is_right: false });
  await ana.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  expect(await sides()).toEqual({ own_is_right: false, inbox_is_right: true });
  await assertNothingOverflows(ana.page, 'the mirrored room');
  for (const width of [390, 1_280]) {
    await ana.page.setViewportSize({ width, height: 700 });
    await assertNothingOverflows(ana.page, `the mirrored room, ${width} px`);
  }
});
