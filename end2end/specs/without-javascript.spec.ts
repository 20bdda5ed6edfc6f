// Every page works by plain forms (SPEC 9): the same walk with scripts switched off.
import { connect, expect, test } from '../fixtures.ts';

const plain = { javaScriptEnabled: false };

test('two people register, connect, talk and read without JavaScript', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  await connect(ana, bea);

  const room = await ana.open(bea);
  await ana.say('by plain form');
  await expect(ana.page).toHaveURL(room);
  await expect(ana.bubble('by plain form')).toBeVisible();
  await ana.expectTick('by plain form', 'sent');
  await expect(ana.composer).toHaveValue('');

  await bea.page.goto('/');
  await expect(bea.page.locator('[data-room]')).toContainText('by plain form');
  await bea.page.locator('[data-room]').getByRole('link').or(bea.page.locator('a[data-room]')).first().click();
  await expect(bea.page).toHaveURL(room);
  await expect(bea.bubble('by plain form')).toBeVisible();
  await bea.page.getByRole('button', { name: 'Mark as read' }).click();
  await bea.say('and answered');

  await ana.page.reload();
  await expect(ana.bubble('and answered')).toBeVisible();
  await ana.expectTick('by plain form', 'read');
});

test('going back and sending another text is another message', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  await connect(ana, bea);
  await ana.open(bea);
  await ana.say('first');
  await expect(ana.bubble('first')).toBeVisible();
  await ana.page.goBack();
  await ana.say('second');
  await expect(ana.bubble('second')).toBeVisible();
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(2);
});

test('a message without JavaScript reaches somebody who has it', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea');
  await connect(ana, bea);
  await bea.openLive(ana);
  await ana.open(bea);
  await ana.say('from a plain page');
  await expect(bea.bubble('from a plain page')).toBeVisible();
});
