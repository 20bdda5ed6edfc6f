// What somebody may not see looks exactly like what does not exist (SPEC 3).
import { type Person, answered, expect, test } from '../fixtures.ts';

/** A page as a stranger reads it, without what differs between any two answers. */
async function refused(person: Person, path: string): Promise<string> {
  const response = await person.page.goto(path);
  expect(response?.status(), path).toBe(404);
  const html = (await response?.text()) ?? '';
  return html.replaceAll(/nonce="[^"]*"/g, '').replaceAll(path, '');
}

test('somebody who is not connected looks like nobody', async ({ person }) => {
  const ana = await person('ana');
  await person('bea');
  ana.expects(answered(404));
  expect(await refused(ana, '/dm/bea')).toBe(await refused(ana, '/dm/bob'));
});

test('the room of others looks like no room', async ({ pair: [ana, bea], person }) => {
  const room = await ana.openLive(bea);
  await ana.say('between us');
  await ana.expectTick('between us', 'sent');
  const cleo = await person('cleo');
  cleo.expects(answered(404));
  expect(await refused(cleo, room)).toBe(await refused(cleo, '/r/9'));
});

test('who is not signed in is asked to, on every page', async ({ person, visitor }) => {
  await person('ana');
  const guest = await visitor('guest');
  for (const path of ['/', '/people', '/r/1', '/dm/ana']) {
    await guest.page.goto(path);
    await expect(guest.page, path).toHaveURL(/\/login/);
  }
});
