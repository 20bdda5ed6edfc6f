// Two people with one browser: what one of them has written is never sent, shown or lost by the other (C7).
import { type Person, expect, server_gone, test } from '../fixtures.ts';
import { expectOnce, outbox, reconnect_limit_ms, waiting } from '../storage.ts';

const of_ana = ['written by Ana', 'and this as well'];
const of_bea = ['written by Bea on the same machine'];

async function write(ana: Person): Promise<void> {
  for (const text of of_ana) {
    await ana.say(text);
    await ana.expectTick(text, 'waiting');
  }
}

/** What the server holds, with who it believes to have written it. */
const signed = async (reader: Person, room: string) => (await reader.log(room)).map(({ author, text }) => ({ author, text }));
const by = (author: string, texts: string[]) => texts.map((text) => ({ author, text }));

test('messages of a closed tab stay while somebody else is signed in', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await server.kill();
  await write(ana);
  await ana.page.close();
  await ana.context.clearCookies();
  await server.up();

  const guest = await ana.tab('', 'bea');
  await guest.logIn();
  await expect(guest.page).toHaveURL('/');
  await guest.visit(room);
  await guest.live();
  await expect(guest.page.locator('article[data-cid]')).toHaveCount(0);
  for (const text of of_bea) await guest.say(text);
  await guest.expectTick(of_bea[0] ?? '', 'sent');
  expect(await signed(bea, room)).toEqual(by('bea', of_bea));
  expect(await waiting(guest)).toEqual(of_ana);
  await guest.logOut();
  expect(await waiting(guest)).toEqual(of_ana);

  const again = await ana.tab();
  await again.logIn();
  await again.visit(room);
  await expectOnce(room, [...of_bea, ...of_ana], [again, bea]);
  expect(await signed(bea, room)).toEqual([...by('bea', of_bea), ...by('ana', of_ana)]);
});

test('messages of an open tab stay while somebody else is signed in in another', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  ana.expects(/status 401/, /status of 401/);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await server.kill();
  await write(ana);
  await ana.context.clearCookies();
  await server.up();
  await ana.expectLink('signed_out', reconnect_limit_ms);
  await expect(ana.link).toContainText('Sign in again. What you wrote is kept.');

  const guest = await ana.tab('', 'bea');
  await guest.logIn();
  await guest.visit(room);
  await guest.live();
  for (const text of of_bea) await guest.say(text);
  await guest.expectTick(of_bea[0] ?? '', 'sent');
  // The forgotten tab is looked at again, and hears of the network again.
  await ana.page.bringToFront();
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  await ana.context.setOffline(true);
  await ana.context.setOffline(false);
  await guest.live();
  await guest.say('still Bea');
  await guest.expectTick('still Bea', 'sent');
  await ana.expectLink('signed_out');
  expect(await signed(bea, room)).toEqual(by('bea', [...of_bea, 'still Bea']));
  await guest.logOut();

  await ana.logIn();
  await ana.visit(room);
  await expectOnce(room, [...of_bea, 'still Bea', ...of_ana], [ana, bea]);
  expect((await signed(bea, room)).slice(2)).toEqual(by('ana', of_ana));
});

for (const transport of ['socket', 'polling'] as const) {
  test(`a tab whose session turns into somebody else's sends nothing over ${transport}`, async ({ network, apart: [ana, bea], visitor, server }) => {
    const elsewhere = await visitor('bea');
    await elsewhere.logIn();
    await expect(elsewhere.page).toHaveURL('/');
    ana.expects(...server_gone, /ERR_CONNECTION_CLOSED/, /status (of )?40[13]/);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    network.refuse('everything');
    network.cut();
    await write(ana);
    // As when Bea signs in with a page that runs no scripts.
    await ana.context.addCookies(await elsewhere.context.cookies(server.url));
    network.refuse(transport === 'socket' ? 'nothing' : 'sockets');
    await ana.expectLink('signed_out', reconnect_limit_ms);
    expect(await signed(bea, room)).toEqual([]);
    expect((await outbox(ana)).map(({ content }) => content)).toEqual(of_ana);

    network.refuse('nothing');
    await ana.visit('/people');
    await ana.logOut();
    await ana.logIn();
    await ana.visit(room);
    await expectOnce(room, of_ana, [ana, bea]);
    expect(await signed(bea, room)).toEqual(by('ana', of_ana));
  });
}
