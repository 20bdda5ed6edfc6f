// Pictures of bids and places: the forms beside the conversation, and the cards in it.
import { expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

test('pictures of bids and places', async ({ pair: [ana, bea] }) => {
  await ana.post('/subjects', { kind: 'job', title: 'Paint the fence', id: '42', username: 'bea', as: 'worker' });
  await ana.visit('/');
  await ana.page.getByRole('link', { name: /Paint the fence/ }).click();
  await ana.live();
  const room = new URL(ana.page.url()).pathname;
  await bea.visit(room);
  await bea.live();
  await bea.post(`${room}/location`, { latitude: '52.520008', longitude: '13.404954', label: 'The fence, north side' });
  await bea.post(`${room}/bids/new`, { to: 'ana', amount: '1450', currency: 'EUR', note: 'Two coats, with the old paint taken off' });
  await ana.post(`${room}/bids/new`, { counter: '3', amount: '1200', currency: 'EUR', note: 'And I bring the paint' });
  await expect(ana.page.locator('.bid')).toHaveCount(2);
  await expect(bea.page.locator('.bid [data-bid=accept]')).toBeVisible();
  await expect(bea.page.locator('.place-maps a')).toHaveCount(4);
  await picture(bea, 'bids');
  await bea.page.locator('.room-head h1 a').click();
  await bea.page.locator('.panel').getByRole('link', { name: 'Make a bid' }).click();
  await expect(bea.page.getByLabel('Amount')).toBeVisible();
  await picture(bea, 'bid-new');
  await bea.page.locator('.panel .close').click();
  await bea.page.locator('.room-head h1 a').click();
  await bea.page.locator('.panel').getByRole('link', { name: 'Send a place' }).click();
  await expect(bea.page.getByRole('button', { name: 'Use my position' })).toBeVisible();
  await picture(bea, 'place-new');
});
