// Receipts (SPEC 6): delivered when a device holds a message, read when somebody has it before their eyes, and the same everywhere.
import { type Person, connect, expect, server_gone, test, windowed } from '../browser.ts';
import { reconnect_limit_ms } from '../storage.ts';

/** Bea in a browser whose hidden tabs are hidden, with Ana's conversation open. */
async function atHome(bea: Person, ana: Person): Promise<string> {
  await bea.register();
  await connect(ana, bea);
  const room = await bea.openLive(ana);
  await ana.openLive(bea);
  return room;
}

/** Every tick of the person's own messages, as shown. */
async function ticks(person: Person): Promise<(string | null)[]> {
  return person.page.locator('[data-tick]').evaluateAll((all) => all.map((tick) => tick.getAttribute('data-tick')));
}

test('a message is delivered when it is held, though another room is open', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(bea, cleo);
  await bea.openLive(cleo);
  const room = await ana.openLive(bea);
  await ana.say('knock knock');
  await ana.expectTick('knock knock', 'delivered');
  await bea.expectUnread(room, '1');
  await ana.expectTick('knock knock', 'delivered');
  await bea.roomRow(room).click();
  await ana.expectTick('knock knock', 'read');
  await bea.expectUnread(room, undefined);
});

test('a hidden tab reads nothing until it is looked at', async ({ laptop, person }) => {
  const ana = await person('ana');
  const bea = await (await laptop('bea')).open();
  const room = await atHome(bea, ana);
  const front = await bea.tab();
  await ana.say('behind another tab');
  await ana.expectTick('behind another tab', 'delivered');
  await expect(bea.bubble('behind another tab')).toHaveCount(1);
  await bea.expectUnread(room, '1');
  await ana.expectTick('behind another tab', 'delivered');

  await front.page.close();
  await bea.page.bringToFront();
  await ana.expectTick('behind another tab', 'read');
  await bea.expectUnread(room, undefined);
});

windowed('a window that is visible without focus reads nothing until it has it', async ({ pair: [ana, bea] }) => {
  const room = await bea.openLive(ana);
  await ana.openLive(bea);
  // Without the focus that tests give to every page, each stays visible, as windows beside each other do.
  const session = await bea.context.newCDPSession(bea.page);
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  await bea.tab();
  await expect.poll(() => bea.page.evaluate(() => [document.visibilityState, document.hasFocus()])).toEqual(['visible', false]);
  await ana.say('beside another window');
  await ana.expectTick('beside another window', 'delivered');
  await bea.expectUnread(room, '1');
  await ana.expectTick('beside another window', 'delivered');
  await bea.page.bringToFront();
  await ana.expectTick('beside another window', 'read');
  await bea.expectUnread(room, undefined);
});

test('what is below the screen is not read until it is scrolled to', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const long = (name: string) => `${name}\n${'line\n'.repeat(40)}${name} ends`;
  await ana.say(long('the first'));
  await ana.say(long('the second'));
  await ana.expectTick('the second', 'read');
  const timeline = bea.page.getByRole('region', { name: 'Messages' });
  await timeline.evaluate((element) => element.scrollTo(0, -element.scrollHeight));
  await ana.say('far below');
  await expect(bea.bubble('far below')).toHaveCount(1);
  await ana.expectTick('far below', 'delivered');
  await bea.expectUnread(room, '1');
  await ana.expectTick('far below', 'delivered');
  await timeline.evaluate((element) => element.scrollTo(0, 0));
  await ana.expectTick('far below', 'read');
  await bea.expectUnread(room, undefined);
});

test('at rest, two browsers of one person show the same unread and everybody the same ticks', async ({ laptop, person, visitor, server }) => {
  const ana = await person('ana');
  const cleo = await person('cleo');
  const bea = await (await laptop('bea')).open();
  const room = await atHome(bea, ana);
  await connect(cleo, bea);
  const withCleo = await cleo.openLive(bea);
  await bea.visit('/');
  await bea.live();
  const phone = await visitor('bea');
  await phone.logIn();
  await phone.live();
  const tablet = await visitor('ana');
  await tablet.logIn();
  await tablet.visit(room);
  await tablet.live();

  for (let number = 1; number <= 3; number += 1) await ana.say(`from Ana ${number}`);
  for (let number = 1; number <= 2; number += 1) await cleo.say(`from Cleo ${number}`);
  for (const device of [bea, phone]) {
    await device.expectUnread(room, '3');
    await device.expectUnread(withCleo, '2');
  }
  for (const device of [ana, tablet]) await expect.poll(() => ticks(device)).toEqual(['delivered', 'delivered', 'delivered']);

  await phone.roomRow(room).click();
  for (const device of [bea, phone]) {
    await device.expectUnread(room, undefined);
    await device.expectUnread(withCleo, '2');
  }
  for (const device of [ana, tablet]) await expect.poll(() => ticks(device)).toEqual(['read', 'read', 'read']);

  // The same after a night without a server, during which one device went on reading.
  const everybody = [ana, cleo, bea, phone, tablet];
  for (const one of everybody) one.expects(...server_gone);
  await server.kill();
  await bea.roomRow(withCleo).click();
  await expect(bea.bubble('from Cleo 2')).toBeVisible();
  await server.up();
  for (const one of everybody) await expect(one.page.locator('[data-live="true"]')).toBeAttached({ timeout: reconnect_limit_ms });
  for (const device of [bea, phone]) {
    await device.expectUnread(room, undefined);
    await device.expectUnread(withCleo, undefined);
  }
  await expect.poll(() => ticks(cleo)).toEqual(['read', 'read']);
  for (const one of everybody) {
    const shown = await ticks(one);
    await one.page.reload();
    await one.live();
    expect(await ticks(one)).toEqual(shown);
  }
});

test.describe('fifty messages at once', () => {
  test.use({ settings: { TWOTICK_SENDS_PER_WINDOW_MAX: '1000' } });

  for (const [what, type, opens] of [
    ['held', 'delivered', false],
    ['read', 'mark_as_read', true],
  ] as const) {
    test(`are told to be ${what} in few frames`, async ({ pair: [ana, bea] }) => {
      const room = await ana.openLive(bea);
      const frames: string[] = [];
      await bea.visit('/login');
      bea.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(payload.toString())));
      await bea.visit(opens ? room : '/');
      await bea.live();
      // Its own messages, sent without waiting for a browser to type them.
      const began = performance.now();
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ana.context.request.post(ana.url('/api/fn/send'), {
            headers: { origin: ana.origin },
            data: { cid: crypto.randomUUID().replace(/^(.{14})4/, '$17'), room: Number(room.split('/').pop()), content: `message ${index}` },
          }),
        ),
      );
      const own = ana.page.locator(`[data-tick="${opens ? 'read' : 'delivered'}"]`);
      await expect(own).toHaveCount(50);
      const took_ms = performance.now() - began;
      const told = frames.map((frame) => JSON.parse(frame)).filter((frame) => frame.type === type);
      expect(told.map((frame) => frame.seq).at(-1)).toBe(50);
      // Four a second, one more at the beginning, and one for what came before the first.
      expect(told.length).toBeLessThanOrEqual(Math.ceil(took_ms / 250) + 2);
      expect(told.length).toBeLessThanOrEqual(20);
      const others = frames.map((frame) => JSON.parse(frame).type).filter((one) => ['delivered', 'mark_as_read'].includes(one));
      expect(others.length, 'receipts of both kinds').toBeLessThanOrEqual(told.length + 4);
    });
  }
});

/** What a part of a sign needs against what it stands on, to be seen (WCAG 1.4.11). */
const contrast_min = 3;

test('a read tick is blue, and seen on its bubble and in the list, by day and by night', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('look at this');
  await ana.expectTick('look at this', 'read');
  for (const colorScheme of ['light', 'dark'] as const) {
    await ana.page.emulateMedia({ colorScheme });
    for (const [tick, back] of [['.bubble [data-tick="read"]', '.bubble'], ['.row [data-mark="read"]', '.row']] as const) {
      const colours = await ana.page.locator(tick).evaluate((tick, back) => {
        const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 4).map(Number);
        const behind = getComputedStyle(tick.closest(back) ?? tick).backgroundColor;
        const edges = getComputedStyle(tick.querySelector('svg') ?? tick).filter.match(/rgba?\([^)]*\)/g) ?? [];
        const luminance = (colour: string) => {
          const [red = 0, green = 0, blue = 0] = numbers(colour).map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const contrast = (one: string, other: string) => {
          const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
          return (light + 0.05) / (dark + 0.05);
        };
        const { color } = getComputedStyle(tick);
        const seen = [color, ...edges].filter((colour) => numbers(colour)[3] !== 0);
        return { color, contrast: Math.max(...seen.map((colour) => contrast(colour, behind))) };
      }, back);
      expect(colours.color, `${tick}, ${colorScheme}`).toBe('rgb(83, 189, 235)');
      expect(colours.contrast, `${tick}, ${colorScheme}`).toBeGreaterThanOrEqual(contrast_min);
    }
  }
});
