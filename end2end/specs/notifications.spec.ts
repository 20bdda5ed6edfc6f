// Desktop notifications (SPEC 7): one per message over all tabs, none to somebody who looks, withdrawn when it is read elsewhere.
import { type Person, connect, expect, test } from '../browser.ts';

type Note = { title: string; body: string; isOpen: boolean };

/** Notes every notification of every tab from now on; real ones are shown all the same. */
async function noteNotifications({ context }: Person): Promise<void> {
  await context.addInitScript(() => {
    const notes: Note[] = [];
    class Noted extends Notification {
      readonly #note: Note;

      constructor(title: string, options: NotificationOptions = {}) {
        super(title, options);
        this.#note = { title, body: options.body ?? '', isOpen: true };
        notes.push(this.#note);
      }

      override close(): void {
        super.close();
        this.#note.isOpen = false;
      }
    }
    Object.assign(window, { Notification: Noted, notes });
  });
}

async function notes(tabs: Person[]): Promise<Note[]> {
  return (await Promise.all(tabs.map(({ page }) => page.evaluate(() => (window as unknown as { notes: Note[] }).notes)))).flat();
}

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

test('a button asks for notifications, and goes when it is answered', async ({ laptop, person }) => {
  const bea = await person('bea');
  const ana = await (await laptop('ana')).open();
  await ana.context.addInitScript(() => {
    let answer: NotificationPermission = 'default';
    class Asked extends Notification {
      static override get permission(): NotificationPermission {
        return answer;
      }

      static override async requestPermission(): Promise<NotificationPermission> {
        return (answer = 'granted');
      }
    }
    window.Notification = Asked;
  });
  await ana.register();
  await connect(ana, bea);
  await ana.openLive(bea);
  const button = ana.page.getByRole('button', { name: 'Notify me' });
  await expect(button).toBeVisible();
  await button.click();
  await expect(button).toHaveCount(0);
});
