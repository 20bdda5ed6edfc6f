// Times in the zone of whoever reads them, from the first HTML on (SPEC 11).
import { type Person, connect, expect, test } from '../fixtures.ts';

/** The times in a page as the server sends it: what the machine reads, and what people do. */
async function sent(person: Person, path: string): Promise<{ stamp: string; shown: string }[]> {
  const response = await person.page.request.get(person.url(path));
  const times = (await response.text()).matchAll(/<time datetime="([^"]+)"[^>]*>(?:<!>)?([^<]+)/g);
  return [...times].map(([, stamp = '', shown = '']) => ({ stamp, shown }));
}

const inZone = (stamp: string, timeZone: string): string =>
  new Date(stamp).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });

test('the server writes times in the zone that the browser has told, and in UTC before that', async ({ person }) => {
  const timeZone = 'Asia/Kolkata';
  const ana = await person('ana', { timezoneId: timeZone });
  const bea = await person('bea');
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  await ana.say('what time is it?');
  await ana.expectTick('what time', 'sent');

  const told = (await ana.context.cookies()).find(({ name }) => name === 'zone');
  expect(told).toMatchObject({ value: '330', sameSite: 'Lax' });
  const [message] = (await sent(ana, room)).slice(-1);
  expect(message?.shown).toBe(inZone(message?.stamp ?? '', timeZone));
  const [row] = await sent(ana, '/');
  expect(row?.shown).toBe(inZone(row?.stamp ?? '', timeZone));

  await ana.context.clearCookies({ name: 'zone' });
  const [plain] = (await sent(ana, room)).slice(-1);
  expect(plain?.shown).toBe(inZone(plain?.stamp ?? '', 'UTC'));
});

test('the pages that lead in tell the zone, so that the first page after them is in it', async ({ visitor }) => {
  const ana = await visitor('ana', { timezoneId: 'Asia/Kolkata' });
  const told = async () => (await ana.context.cookies()).find(({ name }) => name === 'zone')?.value;
  for (const path of ['/login', '/register']) {
    await ana.context.clearCookies();
    await ana.visit(path);
    await expect.poll(told, path).toBe('330');
  }
});

test('a zone with summer time is told with its turns, and a cookie of somebody else’s making is not believed', async ({ person }) => {
  const ana = await person('ana', { timezoneId: 'Europe/Vienna' });
  const zone = async () => (await ana.context.cookies()).find(({ name }) => name === 'zone')?.value ?? '';
  await expect.poll(zone).toMatch(/^(60|120)(~\d{8}~(60|120)){2,5}$/);
  for (const [, turn = ''] of (await zone()).matchAll(/~(\d{8})~/g)) {
    // Clocks in Europe change at 01:00 UTC.
    expect(Number(turn) % (24 * 60)).toBe(60);
  }
  const bea = await person('bea');
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  await ana.say('still here');
  await ana.expectTick('still here', 'sent');
  for (const value of ['x', '1e9', '99999', '60~60~60~60', '"><script>alert(1)</script>', '~'.repeat(4_000)]) {
    await ana.context.addCookies([{ name: 'zone', value, url: ana.origin }]);
    const [message] = (await sent(ana, room)).slice(-1);
    expect(message?.shown, value.slice(0, 40)).toBe(inZone(message?.stamp ?? '', 'UTC'));
  }
});
