// Connections: a request, its answer, and its end (SPEC 3).
import { connectByForms, expect, test } from '../fixtures.ts';

test('a request is seen by the other side, accepted, and both may write', async ({ person }) => {
  const ana = await person('ana');
  const bea = await person('bea');
  await connectByForms(ana, bea);
  await ana.visit('/people');
  await expect(ana.row(bea)).toContainText('Bea');
  await ana.row(bea).getByRole('link', { name: 'Message' }).click();
  await expect(ana.page).toHaveURL(/\/r\/\d+$/);
  await expect(ana.composer).toBeVisible();
});

test('a request is cancelled by the one who made it', async ({ person }) => {
  const ana = await person('ana');
  const bea = await person('bea');
  await (await ana.find(bea)).getByRole('button', { name: 'Connect' }).click();
  await bea.page.goto('/people');
  await expect(bea.row(ana).getByRole('button', { name: 'Accept' })).toBeVisible();
  await ana.row(bea).getByRole('button', { name: 'Cancel request' }).click();
  await bea.page.goto('/people');
  await expect(bea.page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
});

test('a request is declined, and may be made again', async ({ person }) => {
  const ana = await person('ana');
  const bea = await person('bea');
  await (await ana.find(bea)).getByRole('button', { name: 'Connect' }).click();
  await bea.page.goto('/people');
  await bea.row(ana).getByRole('button', { name: 'Decline' }).click();
  await expect(bea.page.getByRole('button', { name: 'Decline' })).toHaveCount(0);
  await expect((await ana.find(bea)).getByRole('button', { name: 'Connect' })).toBeVisible();
});

test('two who ask each other are connected', async ({ person }) => {
  const ana = await person('ana');
  const bea = await person('bea');
  const rowOfBea = await ana.find(bea);
  const rowOfAna = await bea.find(ana);
  await rowOfBea.getByRole('button', { name: 'Connect' }).click();
  await expect(rowOfBea.getByRole('button', { name: 'Cancel request' })).toBeVisible();
  await rowOfAna.getByRole('button', { name: 'Connect' }).click();
  await expect(rowOfAna.getByRole('link', { name: 'Message' })).toBeVisible();
});

test('after a removal both keep the history and neither may write', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await ana.say('before the end');
  await ana.expectTick('before the end', 'sent');
  await bea.page.goto('/people');
  await bea.row(ana).getByRole('button', { name: 'Remove' }).click();
  await expect(bea.row(ana).getByRole('link', { name: 'Message' })).toHaveCount(0);
  for (const person of [ana, bea]) {
    await person.page.goto(room);
    await expect(person.bubble('before the end')).toBeVisible();
    await expect(person.page.getByRole('button', { name: 'Send' })).toHaveCount(0);
  }
});
