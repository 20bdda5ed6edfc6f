// Desktop notifications (SPEC 7): one per message over all tabs, none to somebody who looks, withdrawn when it is read elsewhere.
import { type Person, connect, expect, test } from '../browser.ts';
import { noteNotifications, notes } from '../notes.ts';

/** Ana with three tabs behind an empty one; she has allowed notifications. */
async function away(ana: Person, bea: Person): Promise<{ tabs: Person[]; room: string }> {
  await ana.register();
  await connect(ana, bea);
  await ana.context.grantPermissions(['notifications'], { origin: ana.origin });
  await noteNotifications(ana);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const tabs = [ana, await ana.tab(room), await ana.tab('/')];
  for (const tab of tabs) await tab.live();
  const lead = () => Promise.all(tabs.map(({ page }) => page.locator('.chat[data-leader="true"]').count()));
  await expect.poll(async () => (await lead()).includes(1)).toBe(true);
  await ana.tab();
  return { tabs, room };
}

test('a message is notified once over three tabs, and withdrawn when it is read in one of them', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs } = await away(await (await laptop('ana')).open(), bea);
  await bea.say('are you there?');
  await expect.poll(() => notes(tabs)).toEqual([{ title: 'Bea', body: 'are you there?', isOpen: true }]);
  for (const tab of tabs) await expect(tab.page.locator('[data-room]')).toContainText('are you there?');
  expect(await notes(tabs)).toHaveLength(1);

  await tabs[1]?.page.bringToFront();
  await bea.expectTick('are you there?', 'read');
  await expect.poll(() => notes(tabs)).toEqual([{ title: 'Bea', body: 'are you there?', isOpen: false }]);

  await bea.say('good, you look');
  await bea.expectTick('good, you look', 'read');
  expect(await notes(tabs)).toHaveLength(1);
});

test('a notification is withdrawn when the message is read on another device', async ({ laptop, person, visitor }) => {
  const bea = await person('bea');
  const { tabs, room } = await away(await (await laptop('ana')).open(), bea);
  await bea.say('where do you read this?');
  await expect.poll(() => notes(tabs)).toMatchObject([{ isOpen: true }]);
  const phone = await visitor('ana');
  await phone.logIn();
  await phone.visit(room);
  await bea.expectTick('where do you read this?', 'read');
  await expect.poll(() => notes(tabs)).toMatchObject([{ isOpen: false }]);
});

test('whoever looks at the site is not notified, and neither is the author', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await away(await (await laptop('ana')).open(), bea);
  const [first, second, inbox] = tabs as [Person, Person, Person];
  await inbox.page.bringToFront();
  await bea.say('it is in your list');
  await inbox.expectUnread(room, '1');
  await bea.expectTick('it is in your list', 'delivered');
  await first.page.bringToFront();
  await first.say('I have seen it');
  await expect(second.bubble('I have seen it')).toHaveCount(1);
  expect(await notes(tabs)).toEqual([]);
});

test('nothing is notified twice when the tabs are loaded again or reconnect', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await away(await (await laptop('ana')).open(), bea);
  await bea.say('once');
  await expect.poll(() => notes(tabs)).toHaveLength(1);
  const [first, second, inbox] = tabs as [Person, Person, Person];
  for (const tab of [second, inbox]) {
    await tab.page.reload();
    await tab.live();
    await tab.expectUnread(room, '1');
  }
  first.expects(/ERR_INTERNET_DISCONNECTED/);
  await first.context.setOffline(true);
  await first.context.setOffline(false);
  for (const tab of tabs) await tab.live();
  await bea.say('twice');
  await expect.poll(async () => (await notes(tabs)).map((note) => note.body)).toContain('twice');
  for (const tab of tabs) await tab.expectUnread(room, '2');
  expect((await notes(tabs)).filter((note) => note.body === 'once').length).toBeLessThanOrEqual(1);
  expect((await notes(tabs)).filter((note) => note.body === 'twice')).toHaveLength(1);
});

test('the first message of a new contact is notified', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs } = await away(await (await laptop('ana')).open(), bea);
  const [ana] = tabs as [Person];
  const cleo = await person('cleo');
  await (await cleo.find(ana)).getByRole('button', { name: 'Connect' }).click();
  const people = await ana.tab('/people');
  await people.row(cleo).getByRole('button', { name: 'Accept' }).click();
  await expect(people.row(cleo).getByRole('link', { name: 'Message' })).toBeVisible();
  await cleo.openLive(ana);
  await cleo.say('we met at the lake');
  await expect.poll(() => notes(tabs)).toEqual([{ title: 'Cleo', body: 'we met at the lake', isOpen: true }]);
});

test('clicking a notification opens its room', async ({ laptop, person }) => {
  const bea = await person('bea');
  const { tabs, room } = await away(await (await laptop('ana')).open(), bea);
  const inbox = tabs[2] as Person;
  await inbox.page.bringToFront();
  await inbox.leads();
  await inbox.tab();
  await bea.say('come here');
  await expect.poll(() => notes([inbox])).toHaveLength(1);
  await inbox.page.evaluate(() => (window as unknown as { shown: Notification[] }).shown[0]?.dispatchEvent(new Event('click')));
  await expect(inbox.page).toHaveURL(inbox.url(room));
  await expect(inbox.bubble('come here')).toBeVisible();
  await expect.poll(() => notes([inbox])).toMatchObject([{ isOpen: false }]);
});

test('title and icon of every tab say how much is unread, until it is read anywhere', async ({ laptop, person, visitor }) => {
  const bea = await person('bea');
  const { tabs, room } = await away(await (await laptop('ana')).open(), bea);
  const [first, second, inbox] = tabs as [Person, Person, Person];
  const icon = ({ page }: Person) => page.locator('link[rel="icon"]');
  for (const text of ['one', 'two']) await bea.say(text);
  for (const tab of [first, second]) await expect(tab.page).toHaveTitle('(2) Bea · Twotick');
  await expect(inbox.page).toHaveTitle('(2) Twotick');
  for (const tab of tabs) await expect(icon(tab)).toHaveAttribute('href', '/favicon-unread.svg');
  expect((await first.context.request.get(first.url('/favicon-unread.svg'))).headers()['content-type']).toBe('image/svg+xml');
  const phone = await visitor('ana');
  await phone.logIn();
  await phone.visit(room);
  for (const tab of [first, second]) await expect(tab.page).toHaveTitle('Bea · Twotick');
  await expect(inbox.page).toHaveTitle('Twotick');
  for (const tab of tabs) await expect(icon(tab)).toHaveAttribute('href', '/favicon.svg');
});

test('the icon of the app says how much is unread', async ({ pair: [ana, bea] }) => {
  await ana.page.addInitScript(() => {
    const badges: number[] = [];
    Object.assign(window, { badges });
    Object.defineProperty(navigator, 'setAppBadge', { value: async (count: number) => void badges.push(count) });
  });
  const badge = () => ana.page.evaluate(() => (window as unknown as { badges: number[] }).badges.at(-1));
  await bea.openLive(ana);
  for (const text of ['one', 'two']) await bea.say(text);
  await bea.expectTick('two', 'sent');
  await ana.page.goto('/');
  await ana.live();
  await expect.poll(badge).toBe(2);
  await bea.say('three');
  await expect.poll(badge).toBe(3);
  await ana.page.locator('.inbox .row').click();
  await bea.expectTick('three', 'read');
  await expect.poll(badge).toBe(0);
});

const panel = ({ page }: Person) => page.locator('[data-notifications]');
const button = (person: Person, name: string) => panel(person).getByRole('button', { name });

test('notifications are explained, turned on, tried and turned off again, for all tabs', async ({ laptop, person }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await ana.context.addInitScript(() => {
    const answer = () => localStorage.getItem('answer') ?? 'default';
    class Asked extends Notification {
      static override get permission(): NotificationPermission {
        return answer() as NotificationPermission;
      }

      static override async requestPermission(): Promise<NotificationPermission> {
        localStorage.setItem('answer', 'granted');
        return 'granted';
      }
    }
    window.Notification = Asked;
  });
  await noteNotifications(ana);
  await ana.register();
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  const other = await ana.tab('/');
  await other.live();
  await ana.page.bringToFront();
  await expect(panel(ana)).toHaveAttribute('data-notifications', 'off');
  await panel(ana).getByText('Notifications are off').click();
  await expect(panel(ana)).toContainText('It will ask you first whether it may.');
  await expect(button(ana, 'Send a test')).toBeHidden();
  await button(ana, 'Turn on').click();
  for (const tab of [ana, other]) await expect(panel(tab)).toHaveAttribute('data-notifications', 'on');
  await expect(panel(ana).locator('summary')).toBeFocused();

  await button(ana, 'Send a test').click();
  await expect.poll(() => notes([ana, other])).toEqual([{ title: 'Twotick', body: 'A new message looks like this.', isOpen: true }]);
  await button(ana, 'Turn off').click();
  for (const tab of [ana, other]) await expect(panel(tab)).toHaveAttribute('data-notifications', 'off');
  expect(await notes([ana, other])).toMatchObject([{ isOpen: false }]);

  await bea.openLive(ana);
  await ana.page.reload();
  await ana.live();
  await expect(panel(ana)).toHaveAttribute('data-notifications', 'off');
  await other.page.bringToFront();
  await other.tab();
  await bea.say('quietly');
  await other.expectUnread(room, '1');
  expect(await notes([ana, other])).toEqual([]);
});

test('what the browser does not allow is said, with the way out', async ({ laptop, person }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await ana.register();
  await connect(ana, bea);
  for (const [state, sentence] of [['blocked', /press the sign beside the address/], ['insecure', /plain http/], ['missing', /home screen/]] as const) {
    const tab = await ana.tab();
    await tab.page.addInitScript((state) => {
      if (state === 'blocked') Object.defineProperty(Notification, 'permission', { value: 'denied' });
      if (state === 'insecure') Object.defineProperty(window, 'isSecureContext', { value: false });
      if (state === 'missing') Object.defineProperty(window, 'Notification', { value: undefined });
    }, state);
    await tab.visit('/');
    await expect(panel(tab)).toHaveAttribute('data-notifications', state);
    await panel(tab).locator('summary').click();
    await expect(panel(tab)).toContainText(sentence);
    await expect(panel(tab).getByRole('button')).toHaveCount(0);
  }
});

test('where only the service worker may show notifications, it does', async ({ laptop, person }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await ana.context.addInitScript(() => {
    window.Notification = new Proxy(Notification, {
      construct() {
        throw new TypeError('Illegal constructor');
      },
    });
    // The first page of a browser has no workers.
    if (!window.isSecureContext) return;
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = async function (...notification) {
      await showNotification.apply(this, notification);
      Object.assign(window, { isShown: true });
    };
  });
  await ana.register();
  await connect(ana, bea);
  await ana.context.grantPermissions(['notifications'], { origin: ana.origin });
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.installed();
  await ana.leads();
  await ana.tab();
  await expect.poll(() => ana.page.evaluate(() => document.visibilityState)).toBe('hidden');
  await bea.say('on the phone');
  const shown = () =>
    ana.page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
    });
  // Chromium loses a notification that it is asked about while it comes up.
  await expect.poll(() => ana.page.evaluate(() => 'isShown' in window)).toBe(true);
  await expect.poll(shown).toEqual([{ title: 'Bea', body: 'on the phone', tag: `twotick ${room.replace('/r/', '')}` }]);
  await ana.page.bringToFront();
  await bea.expectTick('on the phone', 'read');
  await expect.poll(shown).toEqual([]);
});
