// Several tabs of one person: one outbox, one leader, one read state. In a browser whose hidden tabs are hidden.
import { type Laptop, type Person, connect, expect, server_gone, test } from '../browser.ts';
import { expectOnce, reconnect_limit_ms, waiting } from '../storage.ts';

type Three = [Person, Person, Person];

/** Ana's browser with three tabs of one conversation, the third in front, and Bea elsewhere with the same. */
async function threeTabs(computer: Laptop, bea: Person): Promise<{ tabs: Three; room: string }> {
  const ana = await computer.open();
  await ana.register();
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  // One after the other: a tab that is still coming to life while the next one opens may not know yet that it is hidden.
  const second = await ana.tab(room);
  await second.live();
  const third = await ana.tab(room);
  await third.live();
  return { tabs: [ana, second, third], room };
}

const leads = async (tab: Person): Promise<boolean> => (await tab.page.locator('.chat').getAttribute('data-leader')) === 'true';

async function expectLeader(tabs: Person[], leader: Person): Promise<void> {
  await expect.poll(async () => Promise.all(tabs.map(leads)), { message: 'who leads' }).toEqual(tabs.map((tab) => tab === leader));
}

/** Each tab in turn writes a message, `rounds` times; answers them in the order of writing. */
async function writeInTurn(tabs: Person[], rounds: number): Promise<string[]> {
  const texts: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, tab] of tabs.entries()) {
      const text = `tab ${index + 1}, round ${round}`;
      await tab.page.bringToFront();
      await tab.say(text);
      await tab.expectTick(text, 'waiting');
      texts.push(text);
    }
  }
  return texts;
}

/** Without Web Locks and service worker, as a server in a cellar is reached by its name. */
const plain_http = (port: number) => ({ origin: `http://chat.test:${port}`, args: ['--host-resolver-rules=MAP chat.test 127.0.0.1'] });

for (const secure of [true, false]) {
  const where = secure ? 'with Web Locks' : 'on plain http, without Web Locks';

  test.describe(where, () => {
    test('what three tabs write without a server is sent once, in the order of writing', async ({ laptop, person, server }) => {
      const bea = await person('bea');
      const { tabs, room } = await threeTabs(await laptop('ana', secure ? {} : plain_http(server.port)), bea);
      expect(await tabs[0].page.evaluate(() => 'locks' in navigator)).toBe(secure);
      for (const one of [bea, ...tabs]) one.expects(...server_gone);
      await server.kill();
      const texts = await writeInTurn(tabs, 4);
      for (const tab of tabs) await expect(tab.page.locator('[data-tick="waiting"]')).toHaveCount(texts.length);
      expect(await waiting(tabs[0])).toEqual(texts);
      await server.up();
      await expectOnce(room, texts, [bea, ...tabs]);
    });

    test('the tab that was looked at last leads, and another follows it', async ({ laptop, person, server }) => {
      const bea = await person('bea');
      const { tabs, room } = await threeTabs(await laptop('ana', secure ? {} : plain_http(server.port)), bea);
      const [first, second, third] = tabs;
      await expectLeader(tabs, third);
      await first.page.bringToFront();
      await expectLeader(tabs, first);
      await second.page.bringToFront();
      await expectLeader(tabs, second);

      for (const one of [bea, ...tabs]) one.expects(...server_gone);
      await server.kill();
      await second.say('from a tab that goes');
      await second.expectTick('from a tab that goes', 'waiting');
      // A hidden tab in front of the others: closing the leader brings none of them to the eye.
      const front = await first.tab();
      await front.page.bringToFront();
      await second.page.close();
      await server.up();
      await expectOnce(room, ['from a tab that goes'], [bea, first, third]);
    });
  });
}

test('a tab that was busy for longer than its lease leads again', async ({ laptop, person, server }) => {
  const bea = await person('bea');
  const { tabs } = await threeTabs(await laptop('ana', plain_http(server.port)), bea);
  const [first, second, third] = tabs;
  await expectLeader(tabs, third);
  const busy = third.page.evaluate((busy_ms) => {
    const until_ms = Date.now() + busy_ms;
    while (Date.now() < until_ms);
  }, 20_000);
  await expect.poll(async () => (await leads(first)) || (await leads(second)), { message: 'another leads meanwhile' }).toBe(true);
  await busy;
  await expectLeader(tabs, third);
});

test('what a follower writes goes out at once while the leader is hidden', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await threeTabs(await laptop('ana'), bea);
  const [first, second, third] = tabs;
  await expectLeader(tabs, third);
  // Scripts write without a look at the tab: it stays a follower, as in the moment before it has the lead.
  await second.composer.evaluate((composer: HTMLTextAreaElement) => {
    composer.value = 'from a follower';
    composer.dispatchEvent(new Event('input', { bubbles: true }));
    composer.form?.requestSubmit();
  });
  await expect(bea.bubble('from a follower')).toBeVisible({ timeout: 1_000 });
  await expectLeader(tabs, third);
  await expectOnce(room, ['from a follower'], [bea, first, second, third]);
});

test('reading in one tab is reading in all', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await threeTabs(await laptop('ana'), bea);
  const [first, second, third] = tabs;
  await third.visit('/');
  await third.live();
  const front = await first.tab();
  await front.page.bringToFront();
  await bea.say('one');
  await bea.say('two');
  for (const tab of tabs) await tab.expectUnread(room, '2');
  await bea.expectTick('two', 'delivered');
  await second.page.bringToFront();
  await bea.expectTick('two', 'read');
  for (const tab of tabs) await tab.expectUnread(room, undefined);
  for (const tab of tabs) {
    await tab.page.reload();
    await tab.live();
    await tab.expectUnread(room, undefined);
  }
});

test('a tab that was frozen wakes up complete', async ({ laptop, person, server }) => {
  const bea = await person('bea');
  const { tabs, room } = await threeTabs(await laptop('ana'), bea);
  const [first, , third] = tabs;
  for (const one of [bea, first]) one.expects(...server_gone);
  const session = await first.context.newCDPSession(first.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await bea.say('while it slept');
  await expect(third.bubble('while it slept')).toBeVisible();
  // Its socket ends without a word to it.
  await server.kill();
  await server.up();
  await bea.live();
  await bea.say('and after the server was new');
  await expect(third.bubble('and after the server was new')).toBeVisible({ timeout: reconnect_limit_ms });
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await first.page.bringToFront();
  await expectLeader(tabs, first);
  await first.live();
  await first.say('awake');
  await expectOnce(room, ['while it slept', 'and after the server was new', 'awake'], [bea, ...tabs]);
});

test('a frozen leader keeps nobody waiting', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await threeTabs(await laptop('ana'), bea);
  const [first, second, third] = tabs;
  await expectLeader(tabs, third);
  const session = await third.context.newCDPSession(third.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await second.page.bringToFront();
  await second.say('who sends this?');
  await expect(bea.bubble('who sends this?')).toBeVisible();
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await expectLeader(tabs, second);
  await expectOnce(room, ['who sends this?'], [bea, first, second, third]);
});

for (const from of ['the server', 'the memory of the browser'] as const) {
  test(`Back brings the conversation back from ${from}, complete and live`, async ({ laptop, person, front }) => {
    const restored = from !== 'the server';
    // Chromium keeps no page with a socket whose answer says `no-store`; other browsers do, and so does it without that word.
    const proxy = await front((_, headers) => ({ ...headers, ...(restored && { 'cache-control': 'no-cache' }) }));
    const ana = await (await laptop('ana', { origin: proxy.url })).open();
    await ana.context.addInitScript(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }));
    });
    const persisted = () => ana.page.evaluate(() => (window as unknown as { persisted?: boolean }).persisted);
    await ana.register();
    const bea = await person('bea');
    await connect(ana, bea);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await ana.composer.fill('half a sentence');
    await ana.page.getByRole('link', { name: 'People', exact: true }).click();
    await expect(ana.page).toHaveURL(ana.url('/people'));
    await bea.say('while you were away');
    await ana.page.evaluate(() => history.back());
    await expect(ana.page).toHaveURL(ana.url(room));
    await expect.poll(persisted).toBe(restored);
    await ana.live();
    await expect(ana.bubble('while you were away')).toBeVisible();
    await expect(ana.composer).toHaveValue('half a sentence');
    await bea.expectTick('while you were away', 'read');
    await expectLeader([ana], ana);
    await bea.say('and now');
    await expect(ana.bubble('and now')).toBeVisible();
    await ana.page.evaluate(() => history.forward());
    await expect(ana.page).toHaveURL(ana.url('/people'));
    await ana.page.evaluate(() => history.back());
    await ana.live();
    await ana.say('done');
    await expectOnce(room, ['while you were away', 'and now', 'done'], [bea, ana]);
  });
}

test('Back to a page that logged out shows nothing that it showed', async ({ laptop, person, front }) => {
  const proxy = await front((_, headers) => ({ ...headers, 'cache-control': 'no-cache' }));
  const ana = await (await laptop('ana', { origin: proxy.url })).open();
  await ana.register();
  const bea = await person('bea');
  await connect(ana, bea);
  await ana.openLive(bea);
  await ana.say('between us');
  await ana.expectTick('between us', 'sent');
  await ana.logOut();
  await ana.page.evaluate(() => history.back());
  await expect(ana.page.getByText('between us')).toHaveCount(0);
  await expect(ana.page).toHaveURL(/\/login\?next=/);
});

test('Back and forward between rooms show each of them complete', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const withCleo = await ana.openLive(cleo);
  const withBea = await ana.openLive(bea);
  await bea.openLive(ana);
  await cleo.openLive(ana);
  await ana.roomRow(withCleo).click();
  await expect(ana.page).toHaveURL(withCleo);
  await bea.say('from Bea, unseen');
  await ana.expectUnread(withBea, '1');
  await bea.expectTick('from Bea, unseen', 'delivered');
  await ana.page.goBack();
  await expect(ana.page).toHaveURL(withBea);
  await expect(ana.bubble('from Bea, unseen')).toBeVisible();
  await bea.expectTick('from Bea, unseen', 'read');
  await cleo.say('from Cleo, unseen');
  await ana.expectUnread(withCleo, '1');
  await ana.page.goForward();
  await expect(ana.page).toHaveURL(withCleo);
  await expectOnce(withCleo, ['from Cleo, unseen'], [cleo, ana]);
  await cleo.expectTick('from Cleo, unseen', 'read');
  await ana.say('seen');
  await ana.page.goBack();
  await expect(ana.page).toHaveURL(withBea);
  await expectOnce(withBea, ['from Bea, unseen'], [bea, ana]);
});
