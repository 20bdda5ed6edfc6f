// Places: typed, from the browser, and without a connection; shown without asking anybody else for anything.
import type { Locator } from '@playwright/test';
import { cards } from '../cards.ts';
import { type Person, answered, expect, test } from '../fixtures.ts';

const panel = ({ page }: Person): Locator => page.locator('.panel');
const card = ({ page }: Person): Locator => page.locator('article .place');

/** Opens the form beside the conversation. */
async function begin(person: Person): Promise<void> {
  await person.page.locator('.room-head h1 a').click();
  await panel(person).getByRole('link', { name: 'Send a place' }).click();
  await expect(panel(person).getByRole('heading', { level: 1 })).toHaveText('Send a place');
}

const send = (person: Person): Promise<void> => panel(person).getByRole('button', { name: 'Send this place' }).click();

test('a place that is typed arrives, and a map of the reader’s choice is remembered', async ({ pair: [ana, bea] }) => {
  ana.expects(answered(422));
  const elsewhere: string[] = [];
  bea.context.on('request', (request) => {
    if (!request.url().startsWith(bea.origin)) elsewhere.push(request.url());
  });
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await begin(ana);
  await panel(ana).getByLabel('Latitude').fill('91');
  await panel(ana).getByLabel('Longitude').fill('13.404954');
  await panel(ana).getByLabel('Name').fill('The pier');
  await send(ana);
  await expect(panel(ana).getByRole('alert')).toContainText('from -90 to 90');
  await expect(panel(ana).getByLabel('Name')).toHaveValue('The pier');
  await panel(ana).getByLabel('Latitude').fill('52,520008');
  await send(ana);
  await expect(panel(ana)).toHaveCount(0);
  await expect(ana.page).toHaveURL(room);
  for (const person of [ana, bea]) {
    await expect(card(person)).toContainText('The pier');
    await expect(card(person)).toContainText('52.52001° N, 13.40495° E');
  }
  await expect(bea.roomRow(room)).toContainText('📍 The pier');
  await ana.expectTick('The pier', 'read');
  const first = card(bea).locator('.place-maps a').first();
  await expect(first).toHaveText('OpenStreetMap');
  const links = await card(bea).locator('a').evaluateAll((all) => all.map((one) => [(one as HTMLAnchorElement).protocol, (one as HTMLAnchorElement).rel]));
  expect(links).toEqual([['https:', 'noopener noreferrer'], ['https:', 'noopener noreferrer'], ['https:', 'noopener noreferrer'], ['geo:', 'noopener noreferrer']]);
  await bea.context.route(/^https:/, (route) => route.fulfill({ body: 'A map' }));
  const [map] = await Promise.all([bea.context.waitForEvent('page'), card(bea).getByRole('link', { name: 'Google Maps' }).click()]);
  await map.waitForLoadState();
  expect(await map.evaluate(() => [document.referrer, opener])).toEqual(['', null]);
  await map.close();
  await expect(first).toHaveText('Google Maps');
  elsewhere.length = 0;
  await bea.page.reload();
  await expect(first).toHaveText('Google Maps');
  expect(elsewhere, 'nothing is loaded from anywhere else').toEqual([]);
  const { drawn, sent } = await cards(ana, room, '.place', 'button');
  expect(drawn).toHaveLength(1);
  expect(drawn, 'the script draws what the server draws').toEqual(sent);
});

test('the browser is asked where it is after a press, and not before', async ({ pair: [ana, bea] }) => {
  await ana.context.setGeolocation({ latitude: -33.86882, longitude: 151.209296, accuracy: 12.4 });
  await ana.openLive(bea);
  await bea.openLive(ana);
  await begin(ana);
  await expect(panel(ana).locator('.place-here')).toContainText('It asks you first');
  await expect(panel(ana).getByLabel('Latitude')).toHaveValue('');
  await panel(ana).getByRole('button', { name: 'Use my position' }).click();
  await expect(panel(ana).getByRole('status')).toContainText('does not tell where it is');
  await ana.context.grantPermissions(['geolocation']);
  await panel(ana).getByRole('button', { name: 'Use my position' }).click();
  await expect(panel(ana).getByRole('status')).toContainText('Found, within 12 m.');
  await expect(panel(ana).getByLabel('Latitude')).toHaveValue('-33.868820');
  await expect(panel(ana).getByLabel('Name')).toBeFocused();
  await send(ana);
  await expect(card(bea)).toContainText('33.86882° S, 151.20930° E');
  await expect(card(bea)).toContainText('Within 12 m');
});

test('a place that is sent without a connection waits and arrives once', async ({ pair: [ana, bea] }) => {
  ana.expects(/ERR_INTERNET_DISCONNECTED/, /WebSocket/);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.page.locator('.room-head h1 a').click();
  await expect(panel(ana).getByRole('link', { name: 'Send a place' })).toBeVisible();
  // Without a connection the form is the worker's.
  await ana.installed();
  await ana.context.setOffline(true);
  await panel(ana).getByRole('link', { name: 'Send a place' }).click();
  await panel(ana).getByLabel('Latitude').fill('0');
  await panel(ana).getByLabel('Longitude').fill('-0.5');
  await panel(ana).getByLabel('Name').fill('In the sea');
  await send(ana);
  await expect(card(ana)).toContainText('In the sea');
  await ana.expectTick('In the sea', 'waiting');
  await ana.context.setOffline(false);
  await expect(card(bea)).toContainText('0.00000° N, 0.50000° W');
  expect((await ana.log(room)).map(({ text }) => text)).toEqual(['📍 In the sea']);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a place is typed, and read as a card with links', async ({ pair: [ana, bea] }) => {
    const room = await ana.open(bea);
    await ana.visit(`${room}/details`);
    await ana.page.getByRole('link', { name: 'Send a place' }).click();
    await ana.page.getByLabel('Latitude').fill('52.520008, 13.404954');
    await ana.page.getByLabel('Longitude').fill(' ');
    await ana.page.getByRole('button', { name: 'Send this place' }).click();
    await expect(ana.page).toHaveURL(room);
    await bea.visit(room);
    await expect(card(bea)).toContainText('52.52001° N, 13.40495° E');
    await expect(card(bea).getByRole('link')).toHaveCount(4);
  });
});
