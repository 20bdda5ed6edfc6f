// Bids from the form to the outcome: live between two people, in two tabs at once, without a connection, without scripts.
import type { Locator } from '@playwright/test';
import { cards } from '../cards.ts';
import { type Person, answered, expect, test } from '../fixtures.ts';

/** As crates/domain/src/money.rs has them. */
const signs: Record<string, string> = {
  AUD: 'A$', BRL: 'R$', CAD: 'CA$', CNY: 'CN¥', EUR: '€', GBP: '£', HKD: 'HK$', ILS: '₪', INR: '₹', JPY: '¥', KRW: '₩', MXN: 'MX$', NZD: 'NZ$',
  PHP: '₱', TWD: 'NT$', USD: '$', VND: '₫', XCD: 'EC$',
};

const panel = ({ page }: Person): Locator => page.locator('.panel');
const card = ({ page }: Person, amount: string): Locator => page.locator('article .bid').filter({ hasText: amount });
const button = (person: Person, amount: string, name: string): Locator => card(person, amount).getByRole('button', { name });

/** Opens the form beside the conversation. */
async function begin(person: Person): Promise<void> {
  await person.page.locator('.room-head h1 a').click();
  await panel(person).getByRole('link', { name: 'Make a bid' }).click();
  await expect(panel(person).getByRole('heading', { level: 1 })).toHaveText('Make a bid');
}

/** Makes a bid by the form beside the conversation. */
async function bid(person: Person, amount: string, note = ''): Promise<void> {
  await begin(person);
  await panel(person).getByLabel('Amount').fill(amount);
  await panel(person).getByLabel('Note').fill(note);
  await panel(person).getByRole('button', { name: 'Make this bid' }).click();
  await expect(panel(person)).toHaveCount(0);
}

/** A conversation about a job that Ana opened with Bea, live for both. */
async function job(ana: Person, bea: Person): Promise<string> {
  await ana.post('/subjects', { kind: 'job', title: 'Paint the fence', id: '42', username: 'bea', as: 'worker' });
  await ana.visit('/');
  await ana.page.getByRole('link', { name: /Paint the fence/ }).click();
  await ana.live();
  const room = new URL(ana.page.url()).pathname;
  await bea.visit(room);
  await bea.live();
  return room;
}

test('a bid is made, countered and accepted between two people, and everything follows by itself', async ({ pair: [ana, bea] }) => {
  ana.expects(answered(422));
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await begin(ana);
  await panel(ana).getByLabel('Amount').fill('-1');
  await panel(ana).getByRole('button', { name: 'Make this bid' }).click();
  await expect(panel(ana).getByRole('alert')).toContainText('An amount is above 0');
  await expect(panel(ana).getByLabel('Amount')).toBeFocused();
  await panel(ana).getByLabel('Amount').fill('1234.50');
  await panel(ana).getByLabel('Note').fill('Two coats');
  await panel(ana).getByLabel('Expiry').selectOption('In a day');
  await panel(ana).getByRole('button', { name: 'Make this bid' }).click();
  await expect(panel(ana)).toHaveCount(0);
  await expect(ana.page).toHaveURL(room);
  await expect(card(ana, '€1,234.50')).toContainText('Two coats');
  await expect(card(ana, '€1,234.50').getByRole('button')).toHaveText(['Withdraw']);
  await expect(card(bea, '€1,234.50')).toContainText('Bid to Bea');
  await expect(card(bea, '€1,234.50')).toContainText('Expires ');
  await expect(card(bea, '€1,234.50').getByRole('button')).toHaveText(['Accept', 'Decline', 'Another bid…']);

  await button(bea, '€1,234.50', 'Another bid').click();
  await expect(panel(bea).getByRole('heading', { level: 1 })).toHaveText('Another bid instead');
  await panel(bea).getByLabel('Amount').fill('1000');
  await panel(bea).getByRole('button', { name: 'Send this bid back' }).click();
  await expect(panel(bea)).toHaveCount(0);
  for (const person of [ana, bea]) {
    await expect(card(person, '€1,234.50')).toHaveAttribute('data-state', 'countered');
    await expect(card(person, '€1,000.00')).toContainText('In place of an earlier bid');
    await expect(card(person, '€1,234.50').getByRole('button')).toHaveCount(0);
  }
  await expect(ana.bubble('Bea countered the bid of €1,234.50')).toBeVisible();
  await button(ana, '€1,000.00', 'Accept').click();
  for (const person of [ana, bea]) await expect(card(person, '€1,000.00')).toHaveAttribute('data-state', 'accepted');
  await expect(bea.bubble('Ana accepted the bid of €1,000.00')).toBeVisible();
  await expect(ana.bubble('You accepted the bid of €1,000.00')).toBeVisible();
  await bea.page.reload();
  await expect(card(bea, '€1,000.00')).toHaveAttribute('data-state', 'accepted');
  await expect(card(bea, '€1,000.00').getByRole('button')).toHaveCount(0);
});

test('of two bids that are accepted in two tabs at once one is, and the other tab says why not', async ({ pair: [ana, bea] }) => {
  ana.expects(answered(409));
  const room = await job(ana, bea);
  await bid(bea, '100');
  await bid(bea, '120');
  const tab = await ana.tab(room);
  await tab.live();
  await expect(button(ana, '€100.00', 'Accept')).toBeVisible();
  await expect(button(tab, '€120.00', 'Accept')).toBeVisible();
  await Promise.all([button(ana, '€100.00', 'Accept').click(), button(tab, '€120.00', 'Accept').click()]);
  const states = () => ana.page.locator('article .bid').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.state).sort());
  await expect.poll(states).toEqual(['accepted', 'open']);
  const refused = [ana, tab].map((one) => one.page.locator('.bid [role=alert]'));
  await expect.poll(async () => (await Promise.all(refused.map((one) => one.count()))).reduce((sum, count) => sum + count)).toBe(1);
  const said = await Promise.all(refused.map((one) => one.allTextContents()));
  expect(said.flat()).toEqual(['A bid has been accepted here already, and there can be only one.']);
});

test('a decision waits for the server and is not shown before; without a connection it says so', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await bid(ana, '120');
  await expect(button(bea, '€120.00', 'Accept')).toBeVisible();
  bea.expects(/ERR_INTERNET_DISCONNECTED/, /WebSocket/);
  await bea.context.setOffline(true);
  await button(bea, '€120.00', 'Accept').click();
  await expect(card(bea, '€120.00').getByRole('alert')).toContainText('That needs a connection.');
  await expect(card(bea, '€120.00')).toHaveAttribute('data-state', 'open');
  await bea.context.setOffline(false);

  // While the answer is on its way, the card is busy and says nothing new.
  let answer = (): void => undefined;
  const held = new Promise<void>((done) => (answer = done));
  await bea.page.route('**/api/fn/decide_bid', async (route) => {
    await held;
    await route.continue();
  });
  await button(bea, '€120.00', 'Accept').click();
  await expect(card(bea, '€120.00')).toHaveAttribute('aria-busy', 'true');
  await expect(card(bea, '€120.00')).toHaveAttribute('data-state', 'open');
  answer();
  await expect(card(bea, '€120.00')).toHaveAttribute('data-state', 'accepted');
  await expect(card(ana, '€120.00')).toHaveAttribute('data-state', 'accepted');
});

test('a bid expires before the eyes of both, and takes no decision any more', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  const expires_at = new Date(Date.now() + 15_000).toISOString();
  const answer = await ana.context.request.post(ana.url('/api/fn/bid'), {
    headers: { origin: ana.origin },
    data: { cid: '019a9f3c-5d00-7abc-8def-012345678901', room: Number(room.split('/').pop()), offer: { amount: 12_000, currency: 'EUR', expires_at } },
  });
  expect(answer.status()).toBe(200);
  await expect(card(bea, '€120.00').getByRole('button')).toHaveCount(3);
  for (const person of [ana, bea]) {
    await expect(card(person, '€120.00')).toHaveAttribute('data-state', 'expired');
    await expect(card(person, '€120.00').getByRole('button')).toHaveCount(0);
  }
  await expect(bea.bubble('Ana made a bid of €120.00 that has expired')).toBeVisible();
});

test('a bid is withdrawn, and a deleted one leaves nothing of what it offered', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  await bid(ana, '120', 'First');
  await button(ana, '€120.00', 'Withdraw').click();
  await expect(card(bea, '€120.00')).toHaveAttribute('data-state', 'withdrawn');
  await bid(ana, '90', 'Second');
  await expect(card(bea, '€90.00')).toBeVisible();
  await ana.page.locator('article').filter({ has: ana.page.locator('.bid', { hasText: '€90.00' }) }).focus();
  await ana.page.keyboard.press('i');
  await ana.page.getByRole('menuitem', { name: 'Delete' }).click();
  await ana.page.getByRole('button', { name: 'Delete' }).last().click();
  await expect(card(bea, '€90.00')).toHaveCount(0);
  await expect(bea.bubble('Message deleted')).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a bid is made and declined by plain forms', async ({ pair: [ana, bea] }) => {
    const room = await ana.open(bea);
    await ana.visit(`${room}/details`);
    await ana.page.getByRole('link', { name: 'Make a bid' }).click();
    await ana.page.getByLabel('Amount').fill('0');
    ana.expects(answered(422));
    await ana.page.getByRole('button', { name: 'Make this bid' }).click();
    await expect(ana.page.getByRole('alert')).toContainText('An amount is above 0');
    await ana.page.getByLabel('Amount').fill('120,50');
    await ana.page.getByLabel('Currency').selectOption('CHF');
    await ana.page.getByRole('button', { name: 'Make this bid' }).click();
    await expect(ana.page).toHaveURL(room);
    await expect(card(ana, 'CHF')).toContainText('CHF\u00a0120.50');
    await bea.visit(`${room}/message/1`);
    await expect(bea.page.getByRole('button', { name: 'Accept' })).toBeVisible();
    await bea.page.getByRole('button', { name: 'Decline' }).click();
    await expect(bea.page.locator('.bid')).toHaveAttribute('data-state', 'declined');
    await expect(bea.page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
    await ana.visit(room);
    await expect(ana.bubble('Bea declined the bid of CHF\u00a0120.50')).toBeVisible();
  });
});

test('cards are the same from the server and from the script, and amounts in every currency', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await bid(ana, '120', 'With\ntwo lines & <b>signs</b>');
  await begin(ana);
  await panel(ana).getByLabel('Amount').fill('7');
  await panel(ana).getByLabel('Currency').selectOption('KWD');
  await panel(ana).getByLabel('Expiry').selectOption('In thirty days');
  await panel(ana).getByRole('button', { name: 'Make this bid' }).click();
  await button(bea, '€120.00', 'Decline').click();
  await expect(card(ana, '€120.00')).toHaveAttribute('data-state', 'declined');
  await expect(card(ana, 'KWD')).toBeVisible();
  const { drawn, sent } = await cards(ana, room, '.bid', '.bid-ways');
  expect(drawn).toHaveLength(2);
  expect(drawn).toEqual(sent);

  // What the form offers is what the server formats; the browser writes the same.
  await ana.visit(`${room}/bids/new`);
  const currencies = await ana.page.getByLabel('Currency').locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  expect(currencies.length).toBeGreaterThan(140);
  const words = await ana.page.evaluate(async (codes) => {
    const { money } = await import('/bids.js' as string);
    return codes.map((code: string) => money(123_456_789, code, 2));
  }, currencies);
  for (const [at, code] of currencies.entries()) expect(words[at]).toBe(`${signs[code] ?? `${code}\u00a0`}1,234,567.89`);
});
