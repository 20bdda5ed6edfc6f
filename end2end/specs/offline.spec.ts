// The site without a server: it opens, shows what this browser has seen and takes what is written. Nobody sees what is another's.
import { type Person, connect, expect, password, server_gone, test } from '../fixtures.ts';
import { cached, everything, expectOnce, pages, reconnect_limit_ms, waiting } from '../storage.ts';

/** Two conversations that Ana has looked at, and an installed service worker. */
async function settled(ana: Person, bea: Person, cleo: Person): Promise<{ withBea: string; withCleo: string }> {
  await connect(ana, cleo);
  const withCleo = await cleo.openLive(ana);
  await cleo.say('the sea is cold');
  const withBea = await bea.openLive(ana);
  await bea.say('the soup is hot');
  await ana.visit(withCleo);
  await expect(ana.bubble('the sea is cold')).toBeVisible();
  await ana.roomRow(withBea).click();
  await expect(ana.bubble('the soup is hot')).toBeVisible();
  await bea.expectTick('the soup is hot', 'read');
  await ana.installed();
  await kept(ana, withBea, withCleo);
  for (const person of [ana, bea, cleo]) person.expects(...server_gone);
  return { withBea, withCleo };
}

/** Waits until the browser has written down the list and these rooms. */
async function kept(person: Person, ...rooms: string[]): Promise<void> {
  const names = ['inbox', ...rooms.map((room) => room.replace('/r/', ''))];
  const all = (names: string[]) => names.map((name) => expect.stringMatching(new RegExp(`, ${name}$`)));
  await expect.poll(() => pages(person)).toEqual(expect.arrayContaining(all(names)));
}

async function expectNothingOf(person: Person, ...words: string[]): Promise<void> {
  for (const word of words) await expect(person.page.getByText(word), word).toHaveCount(0);
  const html = await person.page.content();
  for (const word of words) expect(html, 'the whole document').not.toContain(word);
}

test('the list, the history of each room and the composer are there without a server', async ({ pair: [ana, bea], person, server }) => {
  const cleo = await person('cleo');
  const { withBea, withCleo } = await settled(ana, bea, cleo);
  await server.kill();

  await ana.visit('/');
  await expect(ana.roomRow(withBea)).toContainText('the soup is hot');
  await expect(ana.roomRow(withCleo)).toContainText('the sea is cold');
  await ana.roomRow(withCleo).click();
  await expect(ana.page).toHaveURL(withCleo);
  await expect(ana.bubble('the sea is cold')).toBeVisible();
  await ana.say('swim anyway');
  await ana.expectTick('swim anyway', 'waiting');

  await ana.visit(withBea);
  await expect(ana.bubble('the soup is hot')).toBeVisible();
  // From the first moment on.
  expect(await ana.page.locator('.room-head [data-presence]').getAttribute('data-presence'), 'nobody has said whether Bea is here').toBe('unknown');
  await ana.say('blow on it');
  await ana.expectTick('blow on it', 'waiting');
  await ana.page.reload();
  await expect(ana.bubble('the soup is hot')).toBeVisible();
  await ana.expectTick('blow on it', 'waiting');
  expect(await waiting(ana)).toEqual(['swim anyway', 'blow on it']);

  await server.up();
  await expectOnce(withBea, ['the soup is hot', 'blow on it'], [ana, bea]);
  await ana.roomRow(withCleo).click();
  await expectOnce(withCleo, ['the sea is cold', 'swim anyway'], [ana, cleo]);
  await ana.expectLink('connected');
});

test('a browser that is offline opens the site, and catches up when the network is back', async ({ pair: [ana, bea], person }) => {
  const { withBea } = await settled(ana, bea, await person('cleo'));
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  await ana.context.setOffline(true);
  await ana.visit(withBea);
  await expect(ana.bubble('the soup is hot')).toBeVisible();
  await ana.say('from the tunnel');
  await ana.expectTick('from the tunnel', 'waiting');
  for (let more = 1; more <= 5; more += 1) await bea.say(`spoon ${more}`);
  await bea.expectTick('spoon 5', 'sent');
  await ana.context.setOffline(false);
  await expect(ana.bubble('spoon 5')).toBeVisible({ timeout: reconnect_limit_ms });
  const spoons = [1, 2, 3, 4, 5].map((more) => `spoon ${more}`);
  await expectOnce(withBea, ['the soup is hot', ...spoons, 'from the tunnel'], [ana, bea]);
});

test('what was acked in the moment before a reload is there without a network', async ({ pair: [ana, bea], person }) => {
  const { withBea } = await settled(ana, bea, await person('cleo'));
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  for (const text of ['salt', 'pepper', 'bread']) {
    await ana.say(text);
    await ana.expectTick(text, 'read');
    await ana.context.setOffline(true);
    await ana.page.reload();
    await expect(ana.bubble('the soup is hot')).toBeVisible();
    await expect(ana.bubble(text)).toBeVisible();
    await ana.context.setOffline(false);
    await ana.live();
  }
  await expectOnce(withBea, ['the soup is hot', 'salt', 'pepper', 'bread'], [ana, bea]);
});

test('a new device knows its rooms by name only, says so, takes what is written, and fills when the server is back', async ({ pair: [ana, bea], person, visitor, server }) => {
  await bea.openLive(ana);
  for (const text of ['one', 'two', 'three']) await bea.say(`soup ${text}`);
  const { withBea } = await settled(ana, bea, await person('cleo'));
  const phone = await visitor('ana');
  phone.expects(...server_gone);
  await phone.logIn();
  await phone.live();
  await phone.installed();
  await kept(phone);
  await server.kill();
  for (const path of [withBea, '/r/999']) {
    await phone.visit(path);
    await expect(phone.page.locator('[data-conversation]')).toBeVisible();
    await expect(phone.page.locator('[data-older]')).toContainText(/could not be loaded|not on this device yet/);
    await expect(phone.bubble('soup one')).toHaveCount(0);
    await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(path === withBea ? 'Bea' : 'Conversation');
  }
  await phone.visit(withBea);
  await phone.say('an answer in the dark');
  await phone.expectTick('an answer in the dark', 'waiting');
  await server.up();
  const soup = ['soup one', 'soup two', 'soup three', 'the soup is hot'];
  await expectOnce(withBea, [...soup, 'an answer in the dark'], [phone, ana, bea]);
});

test('nothing personal lies in Cache Storage', async ({ pair: [ana, bea], person, server }) => {
  const { withBea } = await settled(ana, bea, await person('cleo'));
  await ana.page.reload();
  await ana.live();
  await server.kill();
  await ana.visit(withBea);
  await expect(ana.bubble('the soup is hot')).toBeVisible();
  const answers = await cached(ana);
  expect(answers.map(({ url }) => new URL(url).pathname)).toEqual(expect.arrayContaining(['/offline', '/chat.js']));
  for (const { url, text } of answers) {
    for (const word of ['Ana', 'Bea', 'Cleo', 'the soup is hot', 'the sea is cold']) {
      expect(text.includes(word), `${url} names ${word}`).toBe(false);
    }
  }
});

test('logging out takes everything with it but what waits to be sent', async ({ pair: [ana, bea], person, server }) => {
  const { withBea } = await settled(ana, bea, await person('cleo'));
  await ana.composer.fill('a secret draft');
  await expect.poll(() => everything(ana, 'drafts')).toContain('a secret draft');
  await ana.logOut();
  await expect.poll(() => everything(ana, 'drafts', 'pages', 'owner')).toBe('[[],[],[]]');
  await server.kill();
  for (const path of ['/', withBea]) {
    await ana.visit(path);
    await expect(ana.page.locator('body')).toContainText(/offline/i);
    await expect(ana.page.locator('a[href^="/login"]').first()).toBeVisible();
    await expect(ana.page.getByRole('button', { name: 'Log out' })).toBeHidden();
    await expectNothingOf(ana, 'Bea', 'Cleo', 'the soup is hot', 'the sea is cold', 'a secret draft');
  }
  await server.up();
});

test('whoever signs in after somebody else sees nothing of theirs without a server', async ({ pair: [ana, bea], person, server }) => {
  const cleo = await person('cleo');
  const { withBea, withCleo } = await settled(ana, bea, cleo);
  // Ana's session goes without a word to her browser.
  await ana.context.clearCookies();
  const guest = await ana.tab('', 'bea');
  await ana.page.close();
  await guest.logIn();
  await guest.visit(withBea);
  await expect(guest.bubble('the soup is hot')).toHaveAttribute('data-own', /.*/);
  await guest.installed();
  await kept(guest, withBea);
  expect((await pages(guest)).filter((name) => !name.includes('bea')), 'pages of others').toEqual([]);

  await server.kill();
  await guest.visit('/');
  await expect(guest.roomRow(withBea)).toContainText('Ana');
  await expectNothingOf(guest, 'Cleo', 'the sea is cold');
  await guest.visit(withCleo);
  await expectNothingOf(guest, 'Cleo', 'the sea is cold');
});

test('after the end of the session only what waits is shown without a server, and is sent after signing in', async ({ pair: [ana, bea], person, server }) => {
  const { withBea } = await settled(ana, bea, await person('cleo'));
  ana.expects(/status (of )?401/);
  const { code, output } = await server.command('user', 'reset-password', 'ana');
  expect(code, output).toBe(0);
  await ana.expectLink('signed_out');
  await expect(ana.link).toContainText('Sign in again');
  await ana.composer.fill('not sent yet');
  await ana.page.getByRole('button', { name: 'Send' }).click();
  await ana.expectTick('not sent yet', 'waiting');
  await server.kill();
  await ana.visit(withBea);
  await ana.expectTick('not sent yet', 'waiting');
  await expectNothingOf(ana, 'the soup is hot', 'the sea is cold');
  await server.up();
  await ana.logIn(/^Password: (.*)$/m.exec(output)?.[1]);
  await expect(ana.page).toHaveURL('/');
  await ana.visit(withBea);
  await expectOnce(withBea, ['the soup is hot', 'not sent yet'], [ana, bea]);
});

test('somebody who is banned has no copy left, and gets everything back afterwards', async ({ pair: [ana, bea], person, server }) => {
  const { withBea } = await settled(bea, ana, await person('cleo'));
  bea.expects(/status (of )?40[13]/);
  // What came last is still to be written down.
  await ana.say('last words');
  await expect(bea.bubble('last words')).toBeVisible();
  expect(await server.command('user', 'ban', 'bea')).toMatchObject({ code: 0 });
  await bea.expectLink('refused');
  await expect.poll(() => pages(bea)).toEqual([]);
  await server.kill();
  await bea.visit(withBea);
  await expectNothingOf(bea, 'the soup is hot', 'the sea is cold', 'last words');
  await server.up();
  expect(await server.command('user', 'unban', 'bea')).toMatchObject({ code: 0 });
  await bea.logIn(password);
  await bea.visit(withBea);
  await bea.live();
  await expect(bea.bubble('the soup is hot')).toBeVisible();
});
