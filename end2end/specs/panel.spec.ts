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

/** Whatever has come by now is on the screen. */
async function drawn({ page }: Person): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** The panel looks again because of what happens; its answer stays away until it is released. */
async function heldLook(person: Person, room: string, happen: () => Promise<void>): Promise<() => void> {
  let [looks, release] = [0, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  await person.page.route(person.url(`${room}/details`), async (route) => {
    looks += 1;
    await held;
    await route.continue();
  });
  await happen();
  await expect.poll(() => looks, { message: 'the panel looks again' }).toBe(1);
  return release;
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

test('who is here is shown as they come and go, whatever the panel was told when it was opened', async ({ person, visitor }) => {
  const [ana, bea] = [await person('ana'), await person('bea', { javaScriptEnabled: false })];
  await garden(ana);
  await bea.visit('/rooms');
  await bea.page.getByRole('button', { name: 'Join Garden' }).click();
  await name(ana).click();
  const row = panel(ana).locator('[data-member="bea"]');
  await expect(row).toContainText('offline');
  await panel(ana).getByLabel('Username').fill('somebody');

  const here = await visitor('bea');
  await here.logIn();
  await expect(row).toContainText('online');
  await expect(row.locator('[data-presence]')).toHaveAttribute('data-presence', 'online');
  await here.visit('about:blank');
  await expect(row).toContainText('offline');
  await expect(panel(ana).getByLabel('Username')).toHaveValue('somebody');
  await expect(panel(ana).getByRole('status')).toHaveCount(0);
  await expect(panel(ana).locator('[data-member="ana"]')).not.toContainText('line');

  // With nothing begun the server words it.
  await panel(ana).getByLabel('Username').fill('');
  await here.visit('/');
  await expect(row).toContainText('online');
  await here.visit('about:blank');
  await expect(row).toContainText(/last seen today at \d/);
});

test('who is here is not said while nothing is heard', async ({ apart: [ana, bea], network }) => {
  await garden(ana);
  await join(bea);
  await name(ana).click();
  const seen = panel(ana).locator('[data-member="bea"] [data-seen]');
  const dot = panel(ana).locator('[data-member="bea"] .dot');
  await expect(seen).toHaveText(/online/);
  await expect(dot).toBeVisible();
  network.refuse('sockets');
  network.cut();
  await expect(seen).toBeHidden();
  await expect(dot).toBeHidden();
  await bea.visit('about:blank');
  network.refuse('nothing');
  await expect(seen).toHaveText(/last seen today at \d/);
  await expect(seen).toBeVisible();
});

test('somebody who comes while the panel looks is shown as here', async ({ person, visitor }) => {
  const [ana, bea] = [await person('ana'), await person('bea', { javaScriptEnabled: false })];
  const room = await garden(ana);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await ana.page.route(ana.url(`${room}/details`), async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await bea.visit('/rooms');
  await bea.page.getByRole('button', { name: 'Join Garden' }).click();
  const answer = ana.page.waitForResponse(ana.url(`${room}/details`));
  const told = ana.socket()?.waitForEvent('framereceived', ({ payload }) => /^{"type":"presences?".*"online":true/.test(String(payload)));
  await name(ana).click();
  const here = await visitor('bea');
  await here.logIn();
  await told;
  release();
  await answer;
  await expect(panel(ana).locator('[data-member="bea"]')).toContainText('online');
});

test('a look at what others changed keeps no form waiting, and takes away no answer to one', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  ana.expects(answered(404));
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  const release = await heldLook(ana, room, () => join(bea));
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

test('a look that comes back while something is being written takes nothing away', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  const release = await heldLook(ana, room, () => join(bea));
  await panel(ana).getByLabel('Username').fill('nobo');
  release();
  await expect(panel(ana).getByRole('status')).toContainText('Something has changed here.');
  await panel(ana).getByLabel('Username').press('d');
  await expect(panel(ana).getByLabel('Username')).toHaveValue('nobod');
  await panel(ana).getByRole('button', { name: 'Show it' }).click();
  await expect(panel(ana).locator('[data-member="bea"]')).toBeVisible();
});

test('what is pressed stays where it is until it is let go, whatever others do', async ({ person }) => {
  const [ana, bea, cyd] = [await person('ana'), await person('bea'), await person('cyd')];
  const room = await garden(ana);
  await join(bea);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  const change = panel(ana).locator('[data-member="bea"] summary');
  await change.hover();
  await ana.page.mouse.down();
  const answer = ana.page.waitForResponse(ana.url(`${room}/details`));
  await join(cyd);
  await (await answer).finished();
  await drawn(ana);
  await ana.page.mouse.up();
  await expect(panel(ana).locator('[data-member="bea"] details')).toHaveAttribute('open');
  await expect(panel(ana).locator('[data-member="cyd"]')).toBeVisible();
});

test('a second finger does not hold up for good what the first one did', async ({ person }) => {
  const [ana, bea] = [await person('ana', { hasTouch: true }), await person('bea')];
  const room = await garden(ana);
  await name(ana).click();
  await expect(head(ana)).toBeFocused();
  const { x, y, width } = (await head(ana).boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const [one, two] = [{ x: x + 5, y: y + 5, id: 1 }, { x: x + width / 2, y: y + 5, id: 2 }];
  const devices = await ana.context.newCDPSession(ana.page);
  const touch = (type: 'touchStart' | 'touchEnd', touchPoints: (typeof one)[]) => devices.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [one]);
  const answer = ana.page.waitForResponse(ana.url(`${room}/details`));
  await join(bea);
  await (await answer).finished();
  await drawn(ana);
  await touch('touchStart', [one, two]);
  await touch('touchEnd', []);
  await expect(panel(ana).locator('[data-member="bea"]')).toBeVisible();
});

test('that something has changed is said without moving anything', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await garden(ana);
  await name(ana).click();
  await panel(ana).getByLabel('Username').fill('somebody');
  const button = panel(ana).getByRole('button', { name: 'Bring in' });
  const before = await button.boundingBox();
  await join(bea);
  await expect(panel(ana).getByRole('button', { name: 'Show it' })).toBeInViewport({ ratio: 1 });
  expect(await button.boundingBox()).toEqual(before);
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
