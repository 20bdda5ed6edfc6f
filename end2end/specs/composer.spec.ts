// The composer: what its keys do, how it grows, what it refuses, and that it is never in the way (SPEC 4, 5).
import { type Locator } from '@playwright/test';
import { type Person, connect, expect, test } from '../fixtures.ts';

const body_chars_max = 10_000;
const touch = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };

const height = async (part: Locator): Promise<number> => (await part.boundingBox())?.height ?? 0;
const sendButton = ({ page }: Person): Locator => page.getByRole('button', { name: 'Send' });
const messages = ({ page }: Person): Locator => page.locator('article[data-cid]');

/** Up to 40 % of the window's height, then it scrolls within. */
async function expectGrowth(person: Person): Promise<void> {
  const { composer, page } = person;
  const one = await height(composer);
  await composer.fill('one\ntwo');
  const two = await height(composer);
  expect(two - one).toBeGreaterThan(16);
  expect(await composer.evaluate((area) => area.scrollHeight - area.clientHeight)).toBeLessThanOrEqual(0);
  await composer.fill('line\n'.repeat(60));
  const most = await height(composer);
  const window_height = page.viewportSize()?.height ?? 0;
  expect(most).toBeGreaterThan(window_height * 0.3);
  expect(most).toBeLessThanOrEqual(window_height * 0.4 + 1);
  expect(await composer.evaluate((area) => area.scrollHeight - area.clientHeight)).toBeGreaterThan(100);
  await composer.fill('');
  expect(await height(composer)).toBeCloseTo(one, 0);
}

test('Enter sends, Shift+Enter is a new line, and Ctrl+Enter sends too', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await expect(ana.composer).toBeFocused();
  await ana.page.keyboard.type('one');
  await ana.page.keyboard.press('Shift+Enter');
  await ana.page.keyboard.type('two');
  await ana.page.keyboard.press('Enter');
  await ana.expectTick('one', 'sent');
  await expect(ana.bubble('one').locator('.text')).toHaveText('one\ntwo', { useInnerText: true });
  await ana.page.keyboard.type('three');
  await ana.page.keyboard.press('Control+Enter');
  await ana.expectTick('three', 'sent');
  await expect(ana.composer).toHaveValue('');
  await expect(ana.composer).toBeFocused();
});

test('on touch Enter is a new line and the button sends, and nothing opens the keyboard by itself', async ({ person }) => {
  const ana = await person('ana', touch);
  const bea = await person('bea');
  await connect(ana, bea);
  await ana.openLive(bea);
  await expect(ana.composer).not.toBeFocused();
  await ana.composer.tap();
  await ana.page.keyboard.type('one');
  await ana.page.keyboard.press('Enter');
  await ana.page.keyboard.type('two');
  await expect(ana.composer).toHaveValue('one\ntwo');
  await expect(messages(ana)).toHaveCount(0);
  await sendButton(ana).tap();
  await ana.expectTick('one', 'sent');
  // iOS zooms into fields with smaller letters.
  expect(await ana.composer.evaluate((area) => Number.parseFloat(getComputedStyle(area).fontSize))).toBeGreaterThanOrEqual(16);
});

test('the Enter that ends a composition of an input method sends nothing', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  const session = await ana.context.newCDPSession(ana.page);
  await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
  await ana.page.keyboard.press('Enter');
  await expect(ana.composer).toHaveValue(/にほ/);
  await session.send('Input.insertText', { text: '日本' });
  await expect(ana.composer).toHaveValue(/^日本/);
  await expect(messages(ana)).toHaveCount(0);
  // Safari ends the composition first, and its Enter is known by an old number only.
  await ana.composer.evaluate((area) => {
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
  });
  await ana.composer.fill('日本');
  await ana.composer.press('Enter');
  await ana.expectTick('日本', 'sent');
  await expect(messages(ana)).toHaveCount(1);
});

test('the composer grows from one line to four tenths of the height and then scrolls', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await expectGrowth(ana);
});

test('it grows the same where the style sheet cannot do it', async ({ visitor, person }) => {
  const ana = await visitor('ana', { serviceWorkers: 'block' });
  ana.expects(/Service Worker registration blocked/);
  await ana.page.route('**/*.css', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/field-sizing:\s*content;?/g, '') });
  });
  await ana.register();
  const bea = await person('bea');
  await connect(ana, bea);
  await ana.openLive(bea);
  expect(await ana.composer.evaluate((area) => getComputedStyle(area).getPropertyValue('field-sizing'))).toBe('fixed');
  await expectGrowth(ana);
});

test('nothing blank is sent, and the button says so but stays in reach', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  for (const blank of ['', '  \n ']) {
    await ana.composer.fill(blank);
    await expect(sendButton(ana)).toHaveAttribute('aria-disabled', 'true');
    await ana.composer.press('Enter');
    await ana.page.keyboard.press('Tab');
    await expect(sendButton(ana)).toBeFocused();
    await ana.page.keyboard.press('Enter');
  }
  await ana.composer.fill('something');
  await expect(sendButton(ana)).toHaveAttribute('aria-disabled', 'false');
  await ana.composer.press('Enter');
  await ana.expectTick('something', 'sent');
  await expect(messages(ana)).toHaveCount(1);
  await expect(sendButton(ana)).toHaveAttribute('aria-disabled', 'true');
});

test('near the limit the rest is counted, and beyond it nothing is sent and the text stays', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  const counter = ana.page.locator('.counter');
  await ana.composer.fill('ž'.repeat(body_chars_max - 501));
  await expect(counter).toBeHidden();
  await ana.composer.fill('ž'.repeat(body_chars_max - 500));
  await expect(counter).toHaveText('500 left');
  const long = '👋'.repeat(body_chars_max + 12);
  await ana.composer.fill(long);
  await expect(counter).toHaveText('12 too many');
  await expect(sendButton(ana)).toHaveAttribute('aria-disabled', 'true');
  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveValue(long);
  await expect(messages(ana)).toHaveCount(0);
  await ana.composer.fill('👋'.repeat(body_chars_max));
  await expect(counter).toHaveText('0 left');
  await ana.composer.press('Enter');
  await expect(messages(ana)).toHaveCount(1);
  await expect(ana.composer).toHaveValue('');
  await expect(counter).toBeHidden();
});

for (const [size, limit] of [['smaller', 20], ['larger', 2 * body_chars_max]] as const) {
  test(`a ${size} limit of the server is the composer’s`, async ({ apart: [ana, bea], network }) => {
    network.rewrite((frame) => {
      if (frame.type !== 'welcome') return [frame];
      return [{ ...frame, limits: { ...(frame.limits as object), body_chars_max: limit } }];
    });
    await ana.openLive(bea);
    const counter = ana.page.locator('.counter');
    await ana.composer.fill('ž'.repeat(limit + 1));
    await expect(counter).toHaveText('1 too many');
    await ana.composer.press('Enter');
    await expect(messages(ana)).toHaveCount(0);
    await ana.composer.fill('ž'.repeat(limit));
    await expect(counter).toHaveText('0 left');
    await ana.composer.press('Enter');
    await expect(messages(ana)).toHaveCount(1);
  });
}

test('what the server finds too long is edited or discarded, and never sent again as it is', async ({ apart: [ana, bea], network }) => {
  network.rewrite((frame) => {
    if (frame.type !== 'welcome') return [frame];
    return [{ ...frame, limits: { ...(frame.limits as object), body_chars_max: 2 * body_chars_max } }];
  });
  await ana.openLive(bea);
  const bar = ana.page.locator('.refused-bar');
  for (const name of ['first', 'second']) {
    await ana.say(name + '!'.repeat(body_chars_max));
    await ana.expectTick(name, 'refused');
    await expect(ana.bubble(name).locator('.refused')).toContainText('at most 10,000 characters');
    await expect(ana.bubble(name).locator('.refused').getByRole('button')).toHaveText(['Edit', 'Discard']);
  }
  await expect(bar.getByRole('button')).toHaveText(['Discard all']);
  await ana.bubble('first').getByRole('button', { name: 'Edit' }).click();
  await expect(ana.composer).toHaveValue(/^first!/);
  await expect(ana.composer).toBeFocused();
  await expect(messages(ana)).toHaveCount(1);
});

test('the composer names the other person', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await expect(ana.composer).toHaveAttribute('placeholder', 'Message Bea');
  await expect(ana.page.getByRole('textbox', { name: 'Message Bea' })).toBeVisible();
});
