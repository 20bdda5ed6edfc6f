// Pictures of files and images: chosen at the composer, on their way, refused, in the conversation, large, and on the page about a message.
import { type Person, answered, connect, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

type Picked = { name: string; mimeType: string; buffer: Buffer };

/** A landscape of this size, drawn by the browser itself. */
async function landscape({ page }: Person, name: string, width: number, height: number, hue: number): Promise<Picked> {
  const url = await page.evaluate(
    ([width = 1, height = 1, hue = 0]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no canvas');
      const fill = (color: string, from: number, rise: number): void => {
        context.fillStyle = color;
        context.beginPath();
        context.moveTo(0, height);
        for (let x = 0; x <= width; x += width / 8) context.lineTo(x, height * (from - rise * Math.abs(Math.sin(x / width * 5 + hue))));
        context.lineTo(width, height);
        context.fill();
      };
      const sky = context.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, `hsl(${hue} 60% 55%)`);
      sky.addColorStop(1, `hsl(${hue + 30} 70% 85%)`);
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      fill(`hsl(${hue} 25% 45%)`, 0.75, 0.35);
      fill(`hsl(${hue - 60} 30% 30%)`, 0.9, 0.2);
      return canvas.toDataURL('image/png');
    },
    [width, height, hue],
  );
  return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') };
}

const plain = (name: string, length: number): Picked => ({ name, mimeType: 'application/pdf', buffer: Buffer.alloc(length, '%PDF-1.7 ') });

async function pick({ page }: Person, files: Picked[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByRole('menuitem', { name: 'Photos and files' }).click();
  await (await chooser).setFiles(files);
  await expect(page.locator('.tray > [data-file]')).toHaveCount(files.length);
}

test.use({ settings: { TWOTICK_ATTACHMENT_BYTES_MAX: '3000000' } });

test('pictures of files and images', async ({ pair: [ana, bea], person }) => {
  ana.expects(answered(413), /ERR_FAILED/);
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const other = await ana.openLive(cleo);
  await ana.openLive(bea);
  const menu = async (): Promise<void> => {
    if ((await ana.page.getByRole('menu').count()) > 0) await ana.page.keyboard.press('Escape');
    await ana.page.getByRole('button', { name: 'Attach' }).click();
    await expect(ana.page.getByRole('menuitem').first()).toBeFocused();
  };
  await picture(ana, 'files-menu', menu);
  await ana.page.keyboard.press('Escape');
  const room = await bea.openLive(ana);
  const lake = await landscape(ana, 'The lake in the morning.png', 1_600, 1_000, 200);
  const hill = await landscape(ana, 'hill.png', 900, 1_200, 20);
  const sent = (count: number) => expect(bea.page.locator('article .files')).toHaveCount(count);

  await pick(ana, [lake, plain('Plan of the harbour.pdf', 412_000), plain('The whole film.mov', 3_400_000)]);
  await expect(ana.page.locator('.tray [role=alert]')).toContainText('too large');
  await expect(ana.page.locator('.tray progress[value="1"]')).toHaveCount(2);
  await ana.composer.fill('From this morning, before the fog came');
  await picture(ana, 'files-chosen');
  await ana.roomRow(other).click();
  await expect(ana.roomRow(room).locator('.row-last')).toContainText('Draft: 📎 3 files');
  await picture(ana, 'files-draft');
  await ana.roomRow(room).click();
  await expect(ana.page.locator('.tray > [data-file]')).toHaveCount(3);
  await ana.page.getByRole('button', { name: /^Remove The whole film/ }).click();
  await expect(ana.page.locator('.tray > [data-file]')).toHaveCount(2);
  await ana.composer.press('Enter');
  await sent(1);

  await bea.say('Beautiful! Where is that?');
  await pick(ana, [hill, await landscape(ana, 'mill.png', 1_200, 900, 100), await landscape(ana, 'boat.png', 1_000, 1_000, 280)]);
  await ana.composer.press('Enter');
  await sent(2);
  await pick(bea, [plain('A name that is so long that no line of a conversation could hold it, until 2026, final, really.pdf', 82_000)]);
  await bea.composer.press('Enter');
  await sent(3);
  await ana.expectTick('From this morning', 'read');
  await expect(bea.page.locator('article .photo img')).toHaveCount(4);
  for (const person of [ana, bea]) {
    await expect.poll(() => person.page.locator('article img').evaluateAll((images) => images.every((image) => (image as HTMLImageElement).complete))).toBe(true);
  }
  await picture(ana, 'files');
  await ana.page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['bytes'], 'a.txt'));
    document.querySelector('.timeline')?.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
  });
  await expect(ana.page.locator('.drop-here')).toBeVisible();
  await picture(ana, 'files-drop');
  await ana.page.evaluate(() => dispatchEvent(new DragEvent('dragleave')));
  const timeline = ana.page.locator('.timeline');
  await picture(ana, 'files-above', () => timeline.evaluate((lines) => lines.scrollTo(0, -10_000)));

  await ana.page.locator('article .photo').first().click();
  await expect(ana.page.locator('.lightbox > img')).toHaveJSProperty('complete', true);
  await picture(ana, 'files-large');
  await ana.page.keyboard.press('Escape');

  await bea.visit(`${room}/message/1`);
  await expect(bea.page.locator('blockquote .photo img')).toHaveJSProperty('complete', true);
  await picture(bea, 'files-message');

  await ana.page.route('**/files/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  await pick(ana, [hill, plain('Timetable.pdf', 52_000)]);
  await ana.composer.fill('And this, as soon as there is a connection');
  await ana.composer.press('Enter');
  await expect(ana.page.locator('.tray .sending')).toContainText('Waiting for a connection');
  await picture(ana, 'files-waiting');
});
