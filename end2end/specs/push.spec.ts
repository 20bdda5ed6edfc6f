// What is shown while no tab is open (SPEC 7): pushed, under the rules of what is shown while one is, and taken back when it is read
// elsewhere.
import { type Person, answered, connect, expect, test as base } from '../browser.ts';
import { PushService, workerOf } from '../push.ts';

const test = base.extend<{ service: PushService }>({
  settings: { TWOTICK_PUSH_ANYWHERE: 'true', TWOTICK_PUSH_DELAY_MS: '50', TWOTICK_OFFLINE_GRACE_MS: '0' },
  service: async ({}, use) => {
    const service = await PushService.start();
    await use(service);
    service.stop();
  },
});

const panel = ({ page }: Person) => page.locator('[data-notifications]');
const button = (person: Person, name: string) => panel(person).getByRole('button', { name, exact: true });

/** Opens the panel, on which notifications are on. */
async function opened(ana: Person): Promise<void> {
  await expect(panel(ana)).toHaveAttribute('data-notifications', 'on');
  await panel(ana).getByText('Notifications are on').click();
}

/** Ana, who knows Bea and wants to be told of messages while no tab is open. */
async function subscribed(ana: Person, bea: Person, service: PushService): Promise<string> {
  await service.serve(ana);
  await ana.register();
  await connect(ana, bea);
  await ana.context.grantPermissions(['notifications'], { origin: ana.origin });
  const room = await ana.openLive(bea);
  await ana.installed();
  await ana.visit('/');
  await ana.live();
  await opened(ana);
  await expect(panel(ana)).toContainText('learns when something comes, and not what it says');
  await button(ana, 'Also when closed').click();
  await expect(panel(ana)).toHaveAttribute('data-away', 'on');
  return room;
}

/** What the service worker shows now. */
const shown = ({ page }: Person) =>
  page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });

test('a message while no tab is open is shown, the next in its place, and both go when they are read elsewhere', async ({ laptop, person, visitor, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  const room = await subscribed(ana, bea, service);
  const tag = `twotick ${room.replace('/r/', '')}`;
  // A page without a conversation has no socket: nobody is here.
  await ana.visit('/people');
  await bea.openLive(ana);
  await bea.say('are you there?');
  await service.deliver(ana, await service.letter(0));
  await expect.poll(() => shown(ana)).toEqual([{ title: 'Bea', body: 'are you there?', tag }]);
  await bea.say('<b>it</b> is urgent');
  await service.deliver(ana, await service.letter(1));
  await expect.poll(() => shown(ana)).toEqual([{ title: 'Bea (2)', body: '<b>it</b> is urgent', tag }]);
  // The same once more, as after a crash of the server, changes nothing.
  await service.deliver(ana, await service.letter(1));
  const phone = await visitor('ana');
  await phone.logIn();
  await phone.visit(room);
  await bea.expectTick('is urgent', 'read');
  expect(await service.letter(2)).toEqual({ room: Number(room.replace('/r/', '')), gone: true, badge: 0 });
  await service.deliver(ana, await service.letter(2));
  await expect.poll(() => shown(ana)).toEqual([]);
  expect(service.letters).toHaveLength(3);
});

test('messages of many rooms that come at once are all shown', async ({ laptop, person, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await subscribed(ana, bea, service);
  const letters = Array.from({ length: 20 }, (_, at) => ({ room: 100 + at, seq: 1, title: `Room ${at}`, text: 'hello', count: 1, badge: at }));
  await service.deliver(ana, ...letters);
  await expect.poll(async () => (await shown(ana)).length).toBe(letters.length);
});

test('while a tab is open nothing is pushed', async ({ laptop, person, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  const room = await subscribed(ana, bea, service);
  await bea.openLive(ana);
  await bea.say('I see that you are here');
  await ana.expectUnread(room, '1');
  await bea.expectTick('I see that', 'delivered');
  await ana.visit('/people');
  await bea.say('And now you are not');
  expect(await service.letter(0)).toMatchObject({ text: 'And now you are not', count: 2 });
});

test('it is explained, tried, and turned off again, also with notifications as a whole', async ({ laptop, person, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await subscribed(ana, bea, service);
  await expect(panel(ana).locator('summary')).toBeFocused();
  await button(ana, 'Send a test').click();
  expect(await service.letter(0)).toEqual({ test: true });
  await service.deliver(ana, await service.letter(0));
  await expect.poll(() => shown(ana)).toMatchObject([{ title: 'Twotick', tag: 'twotick test' }]);

  ana.expects(answered(502));
  service.status = 403;
  await button(ana, 'Send a test').click();
  await expect(panel(ana).getByRole('alert')).toContainText('did not take the test');
  await expect(button(ana, 'Send a test')).toBeFocused();

  await button(ana, 'Not when closed').click();
  await expect(panel(ana)).toHaveAttribute('data-away', 'off');
  await expect(panel(ana).getByRole('alert')).toHaveCount(0);
  await ana.page.reload();
  await ana.live();
  await opened(ana);
  await expect(panel(ana)).toHaveAttribute('data-away', 'off');
  service.status = 201;
  await button(ana, 'Also when closed').click();
  await expect(panel(ana)).toHaveAttribute('data-away', 'on');
  await button(ana, 'Turn off').click();
  await expect(panel(ana)).toHaveAttribute('data-notifications', 'off');
  await button(ana, 'Turn on').click();
  await expect(button(ana, 'Also when closed')).toBeVisible();
});

test('whoever logs out gets nothing more, and the next one is asked anew', async ({ laptop, person, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  const room = await subscribed(ana, bea, service);
  await ana.logOut();
  await bea.visit(room);
  await bea.live();
  await bea.say('for nobody');
  await bea.expectTick('for nobody', 'sent');
  await ana.logIn();
  await ana.visit('/');
  await ana.live();
  await opened(ana);
  await expect(panel(ana)).toHaveAttribute('data-away', 'off');
  await button(ana, 'Also when closed').click();
  await expect(panel(ana)).toHaveAttribute('data-away', 'on');
  await ana.visit('/people');
  await bea.say('for you');
  expect(await service.letter(0)).toMatchObject({ text: 'for you' });
});

test('a browser that gets another address from its push service tells the server', async ({ laptop, person, service }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await subscribed(ana, bea, service);
  await ana.visit('/people');
  const worker = await workerOf(ana);
  await worker.evaluate((told) => {
    const event = new Event('pushsubscriptionchange');
    Object.assign(event, { newSubscription: { toJSON: () => told }, waitUntil: () => {} });
    dispatchEvent(event);
  }, service.subscription('moved'));
  await bea.openLive(ana);
  await expect(async () => {
    await bea.say('where are you now?');
    await expect.poll(() => service.paths.at(-1), { timeout: 2_000 }).toBe('/push/moved');
  }).toPass();
});

test('the app can be installed', async ({ laptop }) => {
  const ana = await (await laptop('ana')).open();
  await ana.register();
  await ana.installed();
  const session = await ana.context.newCDPSession(ana.page);
  const { url, errors, data } = await session.send('Page.getAppManifest');
  expect([url, errors]).toEqual([ana.url('/manifest.webmanifest'), []]);
  expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; sizes: string; type: string; purpose: string }[] };
  expect(icons.map(({ sizes, purpose }) => `${purpose} ${sizes}`)).toEqual(['any 192x192', 'any 512x512', 'maskable 192x192', 'maskable 512x512']);
  const drawn = [...icons, { src: '/apple-touch-icon.png', sizes: '180x180', type: 'image/png' }, { src: '/icon-badge-96.png', sizes: '96x96', type: 'image/png' }];
  for (const { src, sizes, type } of drawn) {
    const answer = await ana.context.request.get(ana.url(src));
    expect([answer.status(), answer.headers()['content-type']], src).toEqual([200, type]);
    if (type !== 'image/png') continue;
    // Width and height stand at the 16th byte.
    const body = await answer.body();
    expect(`${body.readUInt32BE(16)}x${body.readUInt32BE(20)}`, src).toBe(sizes);
  }
  await expect(ana.page.locator('link[rel="apple-touch-icon"]')).toHaveAttribute('href', '/apple-touch-icon.png');
  await expect(ana.page.locator('meta[name="theme-color"]')).toHaveCount(2);
});
