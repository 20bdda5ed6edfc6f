// A room's details beside its conversation: by mouse and keyboard, on a desk and on a phone, and without scripts as a page.
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { type Person, answered, expect, test } from '../fixtures.ts';

const phone = { width: 390, height: 844 };
const panel = ({ page }: Person): Locator => page.locator('.panel');
const name = ({ page }: Person): Locator => page.locator('.room-head h1 a');
const head = (person: Person): Locator => panel(person).getByRole('heading', { level: 1 });
const close = (person: Person): Locator => panel(person).getByRole('button', { name: 'Close the panel' });

/** A public room of Ana's, open and live in her browser; answers its path. */
async function garden(ana: Person): Promise<string> {
  await ana.visit('/rooms');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  await ana.live();
  return new URL(ana.page.url()).pathname;
}

async function join(person: Person): Promise<void> {
  await person.visit('/rooms');
  await person.page.getByRole('button', { name: 'Join Garden' }).click();
  await person.live();
}

async function expectAccessible({ page }: Person): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
}

test('the details open beside the conversation, take changes there and follow who comes and goes', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  ana.expects(answered(404));
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toHaveText('Garden');
  await expect(head(ana)).toBeFocused();
  await expect(panel(ana)).toHaveAttribute('role', 'complementary');
  await expect(ana.page).toHaveURL(ana.url(room));
  await expectAccessible(ana);

  // What happens beside it does not touch it, and what happens to the room shows in it.
  await ana.composer.fill('half a sente');
  await join(bea);
  await expect(panel(ana).locator('[data-member="bea"]')).toContainText('online');
  await expect(ana.composer).toHaveValue('half a sente');
  await expect(ana.composer).toBeFocused();
  await bea.say('Good morning');
  await expect(ana.bubble('Good morning')).toBeVisible();
  await expect(head(ana)).toBeVisible();

  // A form is sent and answered in the panel.
  await panel(ana).getByLabel('Topic', { exact: true }).fill('Beans');
  await panel(ana).getByRole('button', { name: 'Set topic' }).click();
  await expect(panel(ana).locator('.topic')).toHaveText('Beans');
  await expect(ana.page).toHaveURL(ana.url(room));
  await panel(ana).getByLabel('Username').fill('nobody');
  await panel(ana).getByRole('button', { name: 'Bring in' }).click();
  await expect(panel(ana).getByRole('alert')).toContainText('There is nobody of that name.');
  await expect(panel(ana).getByLabel('Username')).toBeFocused();
  await expect(panel(ana).getByLabel('Username')).toHaveValue('nobody');

  // What is being written is not taken away by what others do.
  await panel(ana).getByLabel('Username').fill('nobody else');
  await bea.visit(`${room}/details`);
  await bea.page.getByRole('button', { name: 'Leave this room' }).click();
  await expect(panel(ana).getByRole('status')).toContainText('Something has changed here.');
  await expect(panel(ana).getByLabel('Username')).toHaveValue('nobody else');
  await panel(ana).getByRole('button', { name: 'Show it' }).click();
  await expect(panel(ana).locator('[data-member="bea"]')).toHaveCount(0);

  await close(ana).click();
  await expect(panel(ana)).toHaveCount(0);
  await expect(name(ana)).toBeFocused();
});

test('a look at what others changed keeps no form waiting, and takes away no answer to one', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  ana.expects(answered(404));
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  let [looks, release] = [0, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  await ana.page.route(ana.url(`${room}/details`), async (route) => {
    looks += 1;
    await held;
    await route.continue();
  });
  await join(bea);
  await expect.poll(() => looks, { message: 'the panel looks again' }).toBe(1);
  await panel(ana).getByLabel('Username').fill('nobody');
  await panel(ana).getByRole('button', { name: 'Bring in' }).click();
  const alert = panel(ana).getByRole('alert');
  await expect(alert).toContainText('There is nobody of that name.');
  const answer = ana.page.waitForResponse(ana.url(`${room}/details`));
  release();
  await answer;
  await bea.say('Good morning');
  await expect(ana.bubble('Good morning')).toBeVisible();
  await bea.visit(`${room}/details`);
  await bea.page.getByRole('button', { name: 'Leave this room' }).click();
  await expect(panel(ana).getByRole('status')).toContainText('Something has changed here.');
  await expect(alert).toContainText('There is nobody of that name.');
  await panel(ana).getByRole('button', { name: 'Show it' }).click();
  await expect(panel(ana).locator('[data-member="bea"]')).toHaveCount(0);
});

test('the keyboard opens the panel, goes around in it and closes it', async ({ person }) => {
  const ana = await person('ana');
  await garden(ana);
  await name(ana).focus();
  await ana.page.keyboard.press('Enter');
  await expect(head(ana)).toBeFocused();
  await ana.page.keyboard.press('Escape');
  await expect(panel(ana)).toHaveCount(0);
  await expect(name(ana)).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(head(ana)).toBeFocused();
  await ana.composer.focus();
  await ana.page.keyboard.press('F6');
  await expect(head(ana)).toBeFocused();
  await ana.composer.focus();
  await ana.page.keyboard.press('Escape');
  await expect(panel(ana)).toHaveCount(0);
});

test('whoever leaves a room from its panel is led to the list', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana);
  await join(bea);
  await name(bea).click();
  await panel(bea).getByRole('button', { name: 'Leave this room' }).click();
  await expect(bea.page).toHaveURL(bea.url('/'));
  await expect(panel(bea)).toHaveCount(0);
  await bea.live();
  await expect(bea.page.locator('.inbox [data-room]')).toHaveCount(0);
  await expect(bea.page.locator('[data-listed]')).toContainText('Garden');
});

test('another room closes the panel, and so does being removed', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  bea.expects(answered(404));
  const room = await garden(ana);
  await join(bea);
  await name(bea).click();
  await expect(head(bea)).toBeVisible();
  await ana.visit(`${room}/details`);
  await ana.page.locator('[data-member="bea"]').getByText('Change').click();
  await ana.page.locator('[data-member="bea"]').getByRole('button', { name: /^Remove/ }).click();
  await expect(panel(bea)).toHaveCount(0);
  await ana.visit(room);
  await ana.live();
  await name(ana).click();
  await expect(head(ana)).toBeVisible();
  await ana.page.goBack();
  await expect(panel(ana)).toHaveCount(0);
});

test('on a phone the panel covers everything, and back closes it', async ({ person }) => {
  const ana = await person('ana', { viewport: phone });
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  await expect(panel(ana)).toHaveAttribute('role', 'dialog');
  expect(await panel(ana).boundingBox()).toMatchObject({ x: 0, y: 0, ...phone });
  await expectAccessible(ana);
  await ana.page.goBack();
  await expect(panel(ana)).toHaveCount(0);
  await expect(ana.page).toHaveURL(ana.url(room));
  await expect(ana.composer).toBeVisible();
  await name(ana).click();
  await close(ana).click();
  await expect(panel(ana)).toHaveCount(0);
  await expect(name(ana)).toBeFocused();
  await ana.page.goBack();
  await expect(ana.page).toHaveURL(ana.url('/rooms'));
});

test('without scripts the name leads to the page', async ({ person }) => {
  const ana = await person('ana', { javaScriptEnabled: false });
  await ana.visit('/rooms');
  await ana.page.getByLabel('Name', { exact: true }).fill('Garden');
  await ana.page.getByRole('button', { name: 'Make the room' }).click();
  const room = new URL(ana.page.url()).pathname;
  await name(ana).click();
  await expect(ana.page).toHaveURL(ana.url(`${room}/details`));
  await ana.page.getByRole('link', { name: 'Back to the conversation' }).click();
  await expect(ana.page).toHaveURL(ana.url(room));
});
