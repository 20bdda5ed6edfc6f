// A server that is newer than the page and its service worker: nothing breaks, nothing is lost, and one reload is enough.
import { rm } from 'node:fs/promises';
import { type Person, expect, password, server_gone, test as base } from '../fixtures.ts';
import { newerSite } from '../site.ts';
import { cached, everything, expectOnce, reconnect_limit_ms } from '../storage.ts';

const test = base.extend<{ /** Restarts the server with a newer site. */ renew: () => Promise<void> }>({
  renew: async ({ server }, use) => {
    const folders: string[] = [];
    await use(async () => {
      const folder = await newerSite(server);
      folders.push(folder);
      await server.stop();
      server.settings.TWOTICK_SITE_DIR = folder;
      await server.up();
    });
    // The next test of this process starts with the same settings.
    delete server.settings.TWOTICK_SITE_DIR;
    for (const folder of folders) await rm(folder, { recursive: true });
  },
});

/** The scripts that this document has loaded, without the ones that keep their names. */
const scripts = async ({ page }: Person) =>
  page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.wasm')));

const outdated = ({ page }: Person) => page.locator('.chat[data-outdated="true"]');

/** Which module a service worker that is installed keeps. */
const keptModules = async (person: Person) =>
  (await cached(person)).map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith('.wasm'));

test('a page that is older than its server says so, works on, and is new after its button', async ({ pair: [ana, bea], server, renew }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.installed();
  const [before] = await scripts(ana);
  await renew();
  await expect(outdated(ana)).toBeAttached({ timeout: reconnect_limit_ms });
  await expect(ana.page.getByText('A new version is ready.')).toBeVisible();
  await ana.say('from the old page');
  await ana.expectTick('from the old page', 'read', reconnect_limit_ms);
  await ana.composer.fill('half a sentence');
  await ana.page.getByRole('button', { name: 'Reload' }).click();
  await expect(outdated(ana)).toHaveCount(0);
  await ana.live();
  await expect(ana.composer).toHaveValue('half a sentence');
  const [after] = await scripts(ana);
  expect(after).not.toBe(before);
  await ana.composer.press('Enter');
  await expectOnce(room, ['from the old page', 'half a sentence'], [ana, bea]);
  // The service worker is of the same build, and opens it without a server.
  await expect.poll(() => keptModules(ana)).toEqual([after]);
  await expect.poll(() => everything(ana, 'pages')).toContain('half a sentence');
  await server.kill();
  await ana.page.reload();
  await expect(ana.bubble('half a sentence')).toBeVisible();
  await server.up();
  await ana.live();
});

test('the newer service worker takes over under an open page, which works on', async ({ pair: [ana, bea], server, renew }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.installed();
  const [before] = await keptModules(ana);
  await renew();
  await expect(outdated(ana)).toBeAttached({ timeout: reconnect_limit_ms });
  const visitor = await ana.tab('/people');
  await expect.poll(() => keptModules(visitor), { timeout: reconnect_limit_ms }).not.toContain(before);
  await ana.say('under another worker');
  await ana.expectTick('under another worker', 'read');
  await server.kill();
  await ana.say('and without a server');
  await ana.expectTick('and without a server', 'waiting');
  await ana.page.reload();
  await ana.expectTick('and without a server', 'waiting');
  await server.up();
  await expectOnce(room, ['under another worker', 'and without a server'], [ana, bea]);
});

test('a page that was on its way when the worker took over is served by it too', async ({ visitor }) => {
  const ana = await visitor('ana');
  await ana.post('/register', { username: ana.name, display_name: ana.displayName, password });
  const slow = await ana.tab();
  let go = () => {};
  const arrived = new Promise<void>((resolve) => (go = resolve));
  await slow.page.route(slow.url('/'), async (route) => (await arrived, route.continue()));
  const coming = slow.visit('/');
  await ana.visit('/');
  await ana.installed();
  go();
  await coming;
  await slow.installed();
});

test('a shell of the build before sends what waits to a newer server', async ({ pair: [ana, bea], renew }) => {
  for (const person of [ana, bea]) person.expects(...server_gone);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.installed();
  ana.expects(/ERR_INTERNET_DISCONNECTED/);
  await ana.context.setOffline(true);
  await ana.page.reload();
  await ana.say('written in the shell');
  await ana.expectTick('written in the shell', 'waiting');
  await renew();
  await ana.context.setOffline(false);
  await ana.expectTick('written in the shell', 'read', reconnect_limit_ms);
  await expect(outdated(ana)).toBeAttached();
  await ana.page.reload();
  await ana.live();
  await expect(outdated(ana)).toHaveCount(0);
  await expectOnce(room, ['written in the shell'], [ana, bea]);
});
