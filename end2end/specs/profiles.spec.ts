// What people show of themselves: changed with and without scripts, shown everywhere, and told to whoever sees it, also afterwards.
import { deflateSync } from 'node:zlib';
import type { Locator } from '@playwright/test';
import { type Person, answered, expect, test } from '../fixtures.ts';

/** A PNG of one colour; it may claim to be larger than it is. */
function png(width: number, height: number, rows = height): Buffer {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest >>> 0;
  });
  const check = (bytes: Buffer): number => (bytes.reduce((sum, byte) => (sum >>> 8) ^ (table[(sum ^ byte) & 255] ?? 0), 0xffffffff) ^ 0xffffffff) >>> 0;
  const part = (name: string, data: Buffer): Buffer => {
    const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
    whole.writeUInt32BE(data.length, 0);
    whole.writeUInt32BE(check(whole.subarray(4, -4)), whole.length - 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + 3 * Math.min(width, 400), 90);
  row[0] = 0;
  const rowsOf = Buffer.concat(Array.from({ length: Math.min(rows, 400) }, () => row));
  const sign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([sign, part('IHDR', head), part('IDAT', deflateSync(rowsOf)), part('IEND', Buffer.alloc(0))]);
}

const me = { name: 'me.png', mimeType: 'image/png', buffer: png(300, 200) };
const field = ({ page }: Person): Locator => page.getByLabel(/picture/i).and(page.locator('[type=file]'));
const save = ({ page }: Person): Locator => page.getByRole('button', { name: 'Save', exact: true });
const use = ({ page }: Person): Locator => page.getByRole('button', { name: 'Use this picture' });

async function rename(person: Person, name: string, status: string): Promise<void> {
  await person.page.getByLabel('Display name').fill(name);
  await person.page.getByLabel('Status').fill(status);
  await save(person).click();
  await expect(person.page.locator('[data-saved]')).toBeVisible();
}

/** That a picture is there and can be seen. */
async function expectPicture(face: Locator): Promise<void> {
  const image = face.locator('img');
  await expect(image).toHaveAttribute('src', /^\/avatars\//);
  await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
}

test('name, status and picture reach whoever is looking, in every tab, without loading anything anew', async ({ pair: [ana, bea] }) => {
  const room = await bea.openLive(ana);
  const other = await bea.tab(room);
  await other.live();
  await ana.visit('/');
  await ana.live();
  const second = await ana.tab('/');
  await second.live();

  await ana.page.getByTitle('Your profile').click();
  await expect(ana.page.locator('.panel h1')).toHaveText('Your profile');
  await rename(ana, 'Ana Novak', 'At the sea');
  for (const tab of [bea, other]) {
    await expect(tab.page.locator('.room-head h1')).toHaveText('Ana Novak');
    await expect(tab.page.locator('.room-head .status')).toContainText('At the sea');
    await expect(tab.roomRow(room).locator('.row-title')).toHaveText('Ana Novak');
    await expect(tab.page).toHaveTitle(/Ana Novak/);
  }
  for (const tab of [ana, second]) await expect(tab.page.locator('[data-viewer]')).toHaveText('Ana Novak');

  await field(ana).setInputFiles(me);
  await expect(ana.page.locator('.panel .peer canvas'), 'it is shown before it is sent').toBeVisible();
  await use(ana).click();
  await expectPicture(ana.page.locator('.panel .peer .avatar'));
  for (const tab of [bea, other]) {
    await expectPicture(tab.page.locator('.room-head .avatar'));
    await expectPicture(tab.roomRow(room).locator('.avatar'));
  }
  for (const tab of [ana, second]) await expectPicture(tab.page.locator('.top .avatar'));

  await ana.page.getByRole('button', { name: 'Remove the picture' }).click();
  await expect(bea.roomRow(room).locator('.avatar img')).toHaveCount(0);
  await expect(bea.roomRow(room).locator('.avatar')).toHaveText('AN');
});

test('that it was saved is still said when the panel has looked at what was changed', async ({ pair: [ana] }) => {
  await ana.visit('/');
  await ana.live();
  await ana.page.getByTitle('Your profile').click();
  await expect(ana.page.locator('.panel h1')).toHaveText('Your profile');
  const look = ana.page.waitForResponse((response) => response.url() === ana.url('/settings') && response.request().method() === 'GET');
  await rename(ana, 'Ana Novak', 'At the sea');
  await (await look).finished();
  await ana.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(ana.page.locator('[data-saved]')).toBeVisible();
});

test('whoever was offline meanwhile sees it when they are back, in what they held too', async ({ apart: [ana, bea], network }) => {
  await bea.visit('/rooms');
  await bea.page.getByLabel('Name', { exact: true }).fill('Garden');
  await bea.page.getByRole('button', { name: 'Make the room' }).click();
  await bea.live();
  const garden = new URL(bea.page.url()).pathname;
  await bea.say('Who waters what?');
  await bea.expectTick('Who waters what?', 'sent');
  await ana.visit('/rooms');
  await ana.page.getByRole('button', { name: 'Join Garden' }).click();
  await ana.live();
  await expect(ana.bubble('Who waters what?').locator('.author')).toContainText('Bea');
  await ana.installed();

  network.refuse('everything');
  network.cut();
  await ana.expectLink('waiting');
  await bea.visit('/settings');
  await rename(bea, 'Bea Novak', 'Back on Monday');
  await field(bea).setInputFiles(me);
  await use(bea).click();
  await expectPicture(bea.page.locator('.peer .avatar'));
  await bea.visit(garden);
  await bea.live();

  network.refuse('nothing');
  // Whatever the wait is by now.
  await ana.page.evaluate(() => dispatchEvent(new Event('online')));
  await ana.live();
  const author = ana.bubble('Who waters what?').locator('.author');
  await expect(author).toContainText('Bea Novak');
  await expectPicture(author.locator('.avatar'));
  await ana.page.reload();
  await ana.live();
  await expect(author).toContainText('Bea Novak');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a profile is changed by plain forms, and what is refused is said at its field', async ({ pair: [ana, bea] }) => {
    ana.expects(answered(422), answered(413));
    await ana.visit('/');
    await ana.page.getByTitle('Your profile').click();
    await expect(ana.page).toHaveURL(ana.url('/settings'));
    await rename(ana, 'Ana Novak', 'At the sea');
    await field(ana).setInputFiles(me);
    await use(ana).click();
    await expect(ana.page.locator('.peer .avatar img')).toHaveAttribute('src', /^\/avatars\//);
    await bea.visit('/people');
    await expect(bea.row(ana)).toContainText('Ana Novak');
    await expect(bea.row(ana)).toContainText('At the sea');
    await expect(bea.row(ana).locator('.avatar img')).toHaveAttribute('src', /^\/avatars\//);

    const shown = await ana.page.locator('.peer .avatar img').getAttribute('src');
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"/>');
    for (const [buffer, code] of [
      [svg, 'bad_image'],
      [Buffer.from('<!doctype html><script>window.ran=1</script>'), 'bad_image'],
      [me.buffer.subarray(0, 40), 'bad_image'],
      [png(60_000, 60_000), 'bad_image'],
      [png(9_000, 9_000), 'image_too_large'],
    ] as const) {
      await field(ana).setInputFiles({ ...me, buffer });
      await use(ana).click();
      await expect(ana.page.locator(`[data-code=${code}]`)).toBeVisible();
      await expect(ana.page.locator('.peer .avatar img')).toHaveAttribute('src', shown ?? '');
    }
    await ana.page.getByLabel('Status').fill('x'.repeat(101));
    await save(ana).click();
    await expect(ana.page.locator('[data-code=bad_status]')).toBeVisible();
    await expect(ana.page.getByLabel('Status')).toHaveValue('x'.repeat(101));
  });
});

test('letters stand where there is no picture, on the same colour for everybody, and can be read', async ({ pair: [ana, bea] }) => {
  await bea.visit('/');
  await bea.live();
  const face = bea.page.locator('.inbox .row .avatar').first();
  await expect(face).toHaveText('A');
  const color = await face.getAttribute('data-color');
  await bea.visit('/people');
  await expect(bea.row(ana).locator('.avatar')).toHaveAttribute('data-color', color ?? '');
  const light = ([red = 0, green = 0, blue = 0]: number[]): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    await bea.page.emulateMedia({ colorScheme });
    for (let number = 0; number < 8; number += 1) {
      const [ink, paper] = await bea.row(ana).locator('.avatar').evaluate((face, number) => {
        face.setAttribute('data-color', String(number));
        const { color, backgroundColor } = getComputedStyle(face);
        return [color, backgroundColor].map((said) => said.match(/\d+/g)?.map(Number) ?? []);
      }, number);
      const [low = 0, high = 0] = [light(ink ?? []), light(paper ?? [])].sort((one, other) => one - other);
      expect((high + 0.05) / (low + 0.05), `colour ${number}, ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test('whoever edits their profile in the panel loses nothing when they change it elsewhere', async ({ person }) => {
  const ana = await person('ana');
  await ana.live();
  const second = await ana.tab('/settings');
  await ana.page.getByTitle('Your profile').click();
  await ana.page.getByLabel('Status').fill('half a sente');
  await rename(second, 'Ana Novak', 'At the sea');
  await expect(ana.page.locator('[data-viewer]')).toHaveText('Ana Novak');
  await expect(ana.page.locator('.panel [data-outdated]')).toBeVisible();
  await expect(ana.page.getByLabel('Status')).toHaveValue('half a sente');
});
