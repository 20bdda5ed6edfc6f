// Drafts: what is written and not sent stays in its room, through everything, for its author only.
import { type Person, answered, connect, expect, server_gone, settle, test } from '../browser.ts';
import { drafts, expectOnce, large_message, pages, smallDisk } from '../storage.ts';

/** Types, and waits until the browser has written it down. */
async function draft(person: Person, text: string): Promise<void> {
  await person.composer.fill('');
  await person.composer.pressSequentially(text);
  await expect.poll(async () => Object.values(await drafts(person))).toContain(text);
}

test('each room keeps its own draft, through switching, reloading and other tabs', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const withCleo = await ana.openLive(cleo);
  const withBea = await ana.openLive(bea);
  await draft(ana, 'half a thought for Bea');
  await ana.roomRow(withCleo).click();
  await expect(ana.page).toHaveURL(withCleo);
  await expect(ana.composer).toHaveValue('');
  await draft(ana, 'half a thought for Cleo');
  await ana.roomRow(withBea).click();
  await expect(ana.composer).toHaveValue('half a thought for Bea');
  await ana.page.goBack();
  await expect(ana.composer).toHaveValue('half a thought for Cleo');
  await ana.page.reload();
  await ana.live();
  await expect(ana.composer).toHaveValue('half a thought for Cleo');
  const tab = await ana.tab(withBea);
  await expect(tab.composer).toHaveValue('half a thought for Bea');
  expect(Object.keys(await drafts(ana)).sort()).toEqual(
    [withBea, withCleo].map((room) => `1 ana, room ${room.replace('/r/', '')}`).sort(),
  );
});

test('a draft is there when the last letter was typed just before the reload', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.composer.pressSequentially('no time to wait');
  await ana.page.reload();
  await ana.live();
  await expect(ana.composer).toHaveValue('no time to wait');
});

test('a draft is there when the page was left before it could write what can be shown without a server', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await expect.poll(() => pages(ana)).not.toEqual([]);
  const account = (await pages(ana))[0]?.split(',')[0] ?? '';
  // A write that is never told whose the browser is, and stays unfinished.
  await ana.page.evaluate(async (account) => {
    const get = IDBObjectStore.prototype.get;
    IDBObjectStore.prototype.get = function (key) {
      if (this.name !== 'owner' || this.transaction.mode === 'readonly') return get.call(this, key);
      const ask = (): void => void (get.call(this, key).onsuccess = ask);
      ask();
      return {} as IDBRequest;
    };
    const { write } = await import(String('/chat.js'));
    void write('pages', account, ['999', '{}']).catch(() => undefined);
  }, account);
  await ana.composer.fill('behind another write');
  await ana.page.reload();
  await ana.live();
  await expect(ana.composer).toHaveValue('behind another write');
});

test('a draft survives the death of the browser', async ({ laptop, person }) => {
  const computer = await laptop('ana');
  const bea = await person('bea');
  const ana = await settle(computer, bea);
  const room = await ana.openLive(bea);
  await draft(ana, 'the lights go out');
  await computer.kill();
  const again = await computer.open();
  await again.visit(room);
  await again.live();
  await expect(again.composer).toHaveValue('the lights go out');
});

test('a draft survives the end of the session, and is there after signing in again', async ({ pair: [ana, bea], server }) => {
  ana.expects(answered(401));
  const room = await ana.openLive(bea);
  await draft(ana, 'in the middle of');
  const { output } = await server.command('user', 'reset-password', 'ana');
  await ana.expectLink('signed_out');
  await ana.composer.pressSequentially(' a sentence');
  await expect(ana.composer).toHaveValue('in the middle of a sentence');
  await ana.page.getByRole('link', { name: 'Sign in' }).click();
  await expect(ana.page).toHaveURL(/\/login/);
  await ana.page.getByLabel('Username').fill('ana');
  await ana.page.getByLabel('Password').fill(/^Password: (.*)$/m.exec(output)?.[1] ?? '');
  await ana.page.getByRole('button', { name: 'Log in' }).click();
  await expect(ana.page).toHaveURL(room);
  await ana.live();
  await expect(ana.composer).toHaveValue('in the middle of a sentence');
  await ana.page.getByRole('button', { name: 'Send' }).click();
  await bea.visit(room);
  await expectOnce(room, ['in the middle of a sentence'], [ana, bea]);
});

test('a draft is nobody else’s', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await draft(ana, 'about Bea');
  // Ana's session goes without a word to her browser.
  await ana.context.clearCookies();
  const guest = await ana.tab('', 'bea');
  await ana.page.close();
  await guest.logIn();
  await guest.visit(room);
  await guest.live();
  await expect(guest.composer).toHaveValue('');
  expect(await guest.page.content()).not.toContain('about Bea');
});

test('logging out leaves no draft behind, not even of the last letters, and of no other tab', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const withCleo = await ana.openLive(cleo);
  const tab = await ana.tab(withCleo);
  await tab.live();
  await ana.openLive(bea);
  await draft(ana, 'kept long ago');
  await tab.composer.pressSequentially('typed in another tab');
  await ana.composer.pressSequentially(' and just now');
  await ana.logOut();
  await expect(tab.page).toHaveURL('/login');
  await expect.poll(() => drafts(ana)).toEqual({});
  await ana.logIn();
  await ana.openLive(bea);
  await expect(ana.composer).toHaveValue('');
  expect(await drafts(ana)).toEqual({});
});

test('sending clears the draft, here and after a reload', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await draft(ana, 'said and done');
  await ana.composer.press('Enter');
  await ana.expectTick('said and done', 'read');
  await expect(ana.composer).toHaveValue('');
  await expect.poll(() => drafts(ana)).toEqual({});
  await ana.page.reload();
  await ana.live();
  await expect(ana.composer).toHaveValue('');
  await expectOnce(room, ['said and done'], [ana, bea]);
});

test('a draft that is emptied by hand is gone', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await draft(ana, 'better not');
  await ana.composer.fill('');
  await expect.poll(() => drafts(ana)).toEqual({});
  await ana.page.reload();
  await ana.live();
  await expect(ana.composer).toHaveValue('');
});

test('a message that could not be kept stays in its composer, and other rooms keep their drafts', async ({ visitor, person }) => {
  const ana = await visitor('ana', { serviceWorkers: 'block' });
  await smallDisk(ana);
  await ana.register();
  const [bea, cleo] = [await person('bea'), await person('cleo')];
  await connect(ana, bea);
  await connect(ana, cleo);
  const withCleo = await ana.openLive(cleo);
  await draft(ana, 'small enough');
  const withBea = await ana.openLive(bea);
  await ana.say(large_message);
  await expect(ana.notice).toContainText(/This browser cannot keep/);
  await expect(ana.composer).toHaveValue(large_message);
  await ana.roomRow(withCleo).click();
  await expect(ana.composer).toHaveValue('small enough');
  await ana.roomRow(withBea).click();
  await expect(ana.composer).toHaveValue(large_message);
  expect(Object.values(await drafts(ana))).toEqual(['small enough']);
});

test('a draft is written and read without a server', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  await ana.openLive(bea);
  await ana.installed();
  await server.kill();
  await draft(ana, 'in the dark');
  await ana.page.reload();
  await expect(ana.composer).toHaveValue('in the dark');
  await server.up();
  await ana.live();
  await expect(ana.composer).toHaveValue('in the dark');
});
