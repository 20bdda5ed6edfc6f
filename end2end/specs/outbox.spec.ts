// The outbox (C7): what is shown as waiting survives whatever a browser does, and is sent once, in order, by its own account only.
import { type Person, answered, connect, crash, expect, server_gone, settle, test } from '../browser.ts';
import { stopTime, takeTime } from '../time.ts';
import { expectOnce, outbox, reconnect_limit_ms, waiting } from '../storage.ts';

const three = ['first', 'second', 'third'];
const sends_per_window_max = 20;
const hour_ms = 3_600_000;
/** How often a page without the chat looks whether something waits. */
const look_ms = 2_000;
const three_days_ms = 3 * 24 * hour_ms;

/** Writes texts that cannot go out. */
async function write(person: Person, texts: string[]): Promise<void> {
  for (const text of texts) {
    await person.say(text);
    await person.expectTick(text, 'waiting');
  }
  // Shown as waiting, it is on disk.
  expect((await waiting(person)).slice(-texts.length)).toEqual(texts);
}

test.describe('without a server', () => {
  test('what waits survives a reload', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await ana.installed();
    await server.kill();
    await write(ana, three);
    await ana.page.reload();
    await expect(ana.page.locator('[data-tick="waiting"]')).toHaveCount(three.length);
    expect(await waiting(ana)).toEqual(three);
    await server.up();
    await expectOnce(room, three, [ana, bea]);
  });

  test('each room keeps its order, and the list of conversations alone sends them', async ({ pair: [ana, bea], person, server }) => {
    const cleo = await person('cleo');
    await connect(ana, cleo);
    const withCleo = await ana.openLive(cleo);
    const withBea = await ana.openLive(bea);
    await bea.visit(withBea);
    await cleo.visit(withCleo);
    const tab = await ana.tab(withCleo);
    await tab.live();
    for (const one of [ana, bea, cleo]) one.expects(...server_gone);
    await server.kill();
    for (const text of three) {
      await ana.say(`${text} to Bea`);
      await ana.expectTick(`${text} to Bea`, 'waiting');
      await tab.say(`${text} to Cleo`);
      await tab.expectTick(`${text} to Cleo`, 'waiting');
    }
    await tab.page.close();
    await ana.page.close();
    await server.up();
    const inbox = await ana.tab('/');
    await expectOnce(withBea, three.map((text) => `${text} to Bea`), [bea]);
    await expectOnce(withCleo, three.map((text) => `${text} to Cleo`), [cleo]);
    await expect.poll(() => waiting(inbox)).toEqual([]);
  });

  for (const [how, end] of [
    ['closed', (tab: Person) => tab.page.close()],
    ['crashed', crash],
  ] as const) {
    test(`what waits in a tab that is ${how} is sent by another tab`, async ({ pair: [ana, bea], server }) => {
      for (const person of [ana, bea]) person.expects(...server_gone);
      const room = await ana.openLive(bea);
      await bea.openLive(ana);
      const other = await ana.tab(room);
      await other.live();
      await server.kill();
      await write(ana, three);
      await end(ana);
      await server.up();
      await expectOnce(room, three, [bea, other]);
    });

    test(`what waits in a tab that is ${how} is sent when the site is opened again`, async ({ pair: [ana, bea], server }) => {
      for (const person of [ana, bea]) person.expects(...server_gone);
      const room = await ana.openLive(bea);
      await bea.openLive(ana);
      await server.kill();
      await write(ana, three);
      await end(ana);
      await server.up();
      await expectOnce(room, three, [await ana.tab(room), bea]);
    });
  }

  test('pages without the chat say that something waits, until another tab has sent it', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone, answered(503));
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await ana.installed();
    await server.kill();
    await write(ana, three);
    await ana.visit('/people');
    await server.up();
    await ana.visit('/people');
    const line = ana.page.locator('main').getByRole('status');
    await expect(line).toHaveText('3 messages of yours wait in this browser. They are sent when you open your conversations.');
    const link = line.getByRole('link');
    await link.focus();
    const now_ms = () => ana.page.evaluate(() => performance.now());
    const looked_twice_ms = (await now_ms()) + 2 * look_ms;
    await expect.poll(now_ms).toBeGreaterThan(looked_twice_ms);
    await expect(link, 'what stands there is left alone').toBeFocused();
    const other = await ana.tab(room);
    await expectOnce(room, three, [other, bea]);
    await expect(line).toHaveCount(0);
  });

  test('more than the server takes at once goes out bit by bit, in order', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone);
    // Over HTTP, before the socket is back, patience is asked for by a status.
    ana.expects(answered(429));
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await server.kill();
    const texts = Array.from({ length: sends_per_window_max + 10 }, (_, index) => `message ${String(index).padStart(2, '0')}`);
    await write(ana, texts);
    await server.up();
    await expectOnce(room, texts, [ana, bea]);
  });

  test('what waits survives days in an open tab', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone);
    await ana.page.clock.install();
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await server.kill();
    await write(ana, three);
    await ana.page.clock.fastForward(three_days_ms);
    for (const text of three) await ana.expectTick(text, 'waiting');
    await server.up();
    await expectOnce(room, three, [ana, bea]);
  });

  test('a clock that is set back and forward changes no order and holds nothing up', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone);
    await ana.page.clock.install();
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await server.kill();
    for (const [index, offset_ms] of [0, -hour_ms, 2 * hour_ms].entries()) {
      await ana.page.clock.setSystemTime(Date.now() + offset_ms);
      await write(ana, three.slice(index, index + 1));
    }
    await ana.page.clock.setSystemTime(Date.now() - hour_ms);
    await server.up();
    await expectOnce(room, three, [ana, bea]);
  });

  test('what waits survives days without the site being open', async ({ pair: [ana, bea], server }) => {
    for (const person of [ana, bea]) person.expects(...server_gone);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await server.kill();
    await write(ana, three);
    await ana.page.close();
    await server.up();
    await ana.context.clock.install({ time: Date.now() + three_days_ms });
    await expectOnce(room, three, [await ana.tab(room), bea]);
  });
});

test.describe('the browser is killed', () => {
  test('with messages waiting, and sends them when it is opened again', async ({ laptop, person, server }) => {
    const computer = await laptop('ana');
    const bea = await person('bea');
    const ana = await settle(computer, bea);
    for (const one of [ana, bea]) one.expects(...server_gone);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await server.kill();
    await write(ana, three);
    await computer.kill();
    await server.up();
    const again = await computer.open();
    await again.visit(room);
    await expectOnce(room, three, [again, bea]);
  });

  test('with one message on its way and others behind it', async ({ laptop, person, network }) => {
    const computer = await laptop('ana', { origin: network.url });
    const bea = await person('bea');
    const ana = await settle(computer, bea);
    await takeTime(ana);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    // Without an answer for long enough, the page would ask in other ways.
    await stopTime(ana);
    const answers = [network.keepBack('ack'), network.keepBack('event')];
    for (const text of three) await ana.say(text);
    await expect(ana.page.locator('[data-tick="waiting"]')).toHaveCount(three.length);
    await expect(bea.bubble('first')).toBeVisible();
    expect((await bea.log(room)).map((entry) => entry.text)).toEqual(['first']);
    expect((await outbox(ana)).map(({ content, tried }) => [content, tried])).toEqual([
      ['first', true],
      ['second', false],
      ['third', false],
    ]);
    await computer.kill();
    for (const answer of answers) answer.release();
    const again = await computer.open();
    await again.visit(room);
    await expectOnce(room, three, [again, bea]);
  });
});

test('Enter twice at once sends once', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.composer.fill('once');
  await ana.composer.evaluate((composer) => {
    const enter = () => new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
    for (const event of [enter(), enter()]) composer.dispatchEvent(event);
  });
  await ana.expectTick('once', 'read');
  await ana.say('and again');
  await expectOnce(room, ['once', 'and again'], [ana, bea]);
});

/** Writes texts that are refused: Bea removes Ana while she is offline. Then they are connected again. Answers the path of their room. */
async function refuse(ana: Person, bea: Person, texts: string[]): Promise<string> {
  ana.expects(...server_gone, /ERR_INTERNET_DISCONNECTED/);
  const room = await ana.openLive(bea);
  await ana.context.setOffline(true);
  await write(ana, texts);
  await bea.visit('/people');
  await bea.row(ana).getByRole('button', { name: 'Remove' }).click();
  await expect(bea.row(ana).getByRole('link', { name: 'Message' })).toHaveCount(0);
  await ana.context.setOffline(false);
  for (const text of texts) await ana.expectTick(text, 'refused', reconnect_limit_ms);
  await connect(bea, await ana.tab());
  return room;
}

test('a refused message survives a reload, and is sent again, edited or discarded', async ({ pair: [ana, bea] }) => {
  const room = await refuse(ana, bea, three);
  await ana.page.reload();
  await ana.live();
  for (const text of three) {
    await ana.expectTick(text, 'refused');
    await expect(ana.bubble(text)).toContainText('You can write to each other once you are connected.');
  }
  await ana.bubble('first').getByRole('button', { name: 'Discard' }).click();
  await expect(ana.bubble('first')).toHaveCount(0);
  await ana.bubble('second').getByRole('button', { name: 'Retry' }).click();
  await expect(ana.bubble('second').locator('[data-tick="sent"]')).toHaveCount(1);
  await expect(ana.bubble('second')).toHaveCount(1);
  await ana.bubble('third').getByRole('button', { name: 'Edit' }).click();
  await expect(ana.bubble('third')).toHaveCount(0);
  await expect(ana.composer).toHaveValue('third');
  await expect.poll(() => waiting(ana)).toEqual([]);

  await ana.page.reload();
  await ana.live();
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(1);
  await expect(ana.composer).toHaveValue('third');
  await ana.say('third, changed');
  await bea.visit(room);
  await expectOnce(room, ['second', 'third, changed'], [ana, bea]);
});

const refusedBar = ({ page }: Person) => page.locator('.refused-bar');

test('several refused messages are sent again by one button, in their order', async ({ pair: [ana, bea], server }) => {
  const room = await refuse(ana, bea, three);
  await expect(refusedBar(ana)).toContainText('3 messages were not sent.');
  bea.expects(...server_gone);
  await server.kill();
  await expect(refusedBar(ana), 'without a connection nothing can be done').toBeHidden();
  await server.up();
  await expect(refusedBar(ana)).toBeVisible({ timeout: reconnect_limit_ms });
  await refusedBar(ana).getByRole('button', { name: 'Retry all' }).click();
  await expect(refusedBar(ana)).toBeHidden();
  await bea.visit(room);
  await expectOnce(room, three, [ana, bea]);
});

test('several refused messages are discarded by one button, for good', async ({ pair: [ana, bea] }) => {
  const room = await refuse(ana, bea, three);
  await ana.bubble('first').getByRole('button', { name: 'Discard' }).click();
  await expect(refusedBar(ana)).toContainText('2 messages were not sent.');
  await refusedBar(ana).getByRole('button', { name: 'Discard all' }).click();
  await expect(refusedBar(ana)).toBeHidden();
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(0);
  await expect.poll(() => waiting(ana)).toEqual([]);
  await ana.page.reload();
  await ana.live();
  await expectOnce(room, [], [ana]);
});

test('what can be done about a refused message is in reach from it, and no stop otherwise', async ({ pair: [ana, bea] }) => {
  await refuse(ana, bea, three);
  const { page } = ana;
  const focused = page.locator(':focus');
  const walk = async (key: string, ...names: string[]) => {
    for (const name of names) {
      await page.keyboard.press(key);
      await expect(focused).toHaveText(name);
    }
  };
  const leaveComposer = async () => {
    await page.keyboard.press('Shift+Tab');
    await expect(page.getByRole('button', { name: 'Attach' })).toBeFocused();
  };
  await ana.composer.focus();
  await leaveComposer();
  await walk('Shift+Tab', 'Discard all', 'Retry all');
  await page.keyboard.press('Shift+Tab');
  await expect(ana.bubble('third')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('.timeline:focus, .timeline :focus')).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(ana.bubble('third')).toBeFocused();
  await walk('Tab', 'Retry', 'Edit', 'Discard', 'Retry all');
  await page.keyboard.press('Shift+Tab');
  await expect(ana.bubble('third')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(ana.bubble('second')).toBeFocused();
  await walk('Tab', 'Retry', 'Edit', 'Discard');
  await page.keyboard.press('Enter');
  await expect(ana.bubble('second')).toHaveCount(0);
  await expect(ana.composer, 'the button that had the focus is gone').toBeFocused();
  await leaveComposer();
  await walk('Shift+Tab', 'Discard all');
  await page.keyboard.press('Enter');
  await expect(refusedBar(ana)).toBeHidden();
  await expect(ana.composer).toBeFocused();
});
