// Pictures of the page about oneself, and of people as they show themselves.
import { connect, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

test('pictures of a profile', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  await connect(ana, bea);
  await ana.visit('/settings');
  await picture(ana, 'settings');
  await ana.page.getByLabel('Display name').fill('Ana Novak');
  await ana.page.getByLabel('Status').fill('At the sea until Monday');
  await ana.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ana.page.locator('[data-saved]')).toBeVisible();
  const drawn = await ana.page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 256;
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    for (const [color, top] of [['#9ad0ec', 0], ['#f4e3b2', 130], ['#2f7ea8', 170]] as const) {
      pen.fillStyle = color;
      pen.fillRect(0, top, 256, 256 - top);
    }
    pen.fillStyle = '#f2b134';
    pen.arc(180, 70, 32, 0, 7);
    pen.fill();
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  });
  await ana.page.locator('#avatar').setInputFiles({ name: 'sea.png', mimeType: 'image/png', buffer: Buffer.from(drawn, 'base64') });
  await ana.page.getByRole('button', { name: 'Use this picture' }).click();
  await expect(ana.page.locator('.peer .avatar img')).toBeVisible();
  await ana.visit('/settings');
  await picture(ana, 'settings-picture');
  await ana.page.locator('#avatar').setInputFiles({ name: 'me.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
  ana.expects(/422/);
  await ana.page.getByRole('button', { name: 'Use this picture' }).click();
  await expect(ana.page.locator('[data-code=bad_image]')).toBeVisible();
  await picture(ana, 'settings-refused');
  const room = await bea.openLive(ana);
  await expect(bea.page.locator('.room-head .status')).toContainText('At the sea');
  await bea.page.locator('.room-head h1 a').click();
  await expect(bea.page.locator('.panel .says')).toBeVisible();
  await picture(bea, 'profile-panel');
  expect(room).toContain('/r/');
});
