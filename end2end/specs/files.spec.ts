// Files (SPEC 4): picked, pasted, dropped, taken back; an upload that is cut goes on, and one that was picked is never lost.
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { type Person, answered, connect, expect, server_gone, settle, test } from '../browser.ts';
import { reconnect_limit_ms } from '../storage.ts';

const large_bytes = 20 * 1024 * 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the browser says of a request that was cut, or found no network. */
const cut_off = [/ERR_FAILED/, /ERR_INTERNET_DISCONNECTED/, /ERR_CONNECTION/, ...server_gone];

type Picked = { name: string; mimeType: string; buffer: Buffer };
const plain = (name: string, buffer: Buffer): Picked => ({ name, mimeType: 'application/octet-stream', buffer });

/** An image of this size, drawn by the browser itself. */
async function picture({ page }: Person, name: string, width: number, height: number): Promise<Picked> {
  const url = await page.evaluate(
    ([width, height]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no canvas');
      const shades = context.createLinearGradient(0, 0, width ?? 0, height ?? 0);
      shades.addColorStop(0, '#1a6fb0');
      shades.addColorStop(1, '#e8b04a');
      context.fillStyle = shades;
      context.fillRect(0, 0, width ?? 0, height ?? 0);
      return canvas.toDataURL('image/png');
    },
    [width, height],
  );
  return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') };
}

/** By the button at the composer, as somebody does it. */
async function pick({ page }: Person, files: Picked[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByRole('menuitem', { name: 'Photos and files' }).click();
  await (await chooser).setFiles(files);
}

/** The same from the disk: a browser of another process would be handed the bytes, which takes half a minute for 20 MB. */
async function pickFromDisk({ page, context }: Person, path: string): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Page.enable');
  await session.send('Page.setInterceptFileChooserDialog', { enabled: true });
  const opened = new Promise<number | undefined>((done) => session.once('Page.fileChooserOpened', ({ backendNodeId }) => done(backendNodeId)));
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByRole('menuitem', { name: 'Photos and files' }).click();
  await session.send('DOM.setFileInputFiles', { files: [path], backendNodeId: await opened });
}

const inTray = ({ page }: Person) => page.locator('.tray > [data-file]');
const leaving = ({ page }: Person) => page.locator('.tray .sending');
const card = ({ page }: Person, name: string) => page.locator('article .file').filter({ hasText: name });
const send = ({ page }: Person): Promise<void> => page.getByRole('button', { name: 'Send', exact: true }).click();

/** Somebody gets exactly these bytes, once. */
async function expectFile(person: Person, name: string, bytes: Buffer, timeout_ms = 20_000): Promise<void> {
  await expect(card(person, name)).toHaveCount(1, { timeout: timeout_ms });
  const path = await card(person, name).getAttribute('href');
  const answer = await person.context.request.get(person.url(path ?? ''));
  expect(sha256(await answer.body())).toBe(sha256(bytes));
}

/** Hands files over as the clipboard or a drag does. */
async function handOver({ page }: Person, kind: 'paste' | 'drop', names: string[]): Promise<void> {
  await page.evaluate(
    ([kind, ...names]) => {
      const data = new DataTransfer();
      for (const name of names) data.items.add(new File([`bytes of ${name}`], name, { type: 'text/plain' }));
      const options = { bubbles: true, cancelable: true };
      const event = kind === 'paste' ? new ClipboardEvent('paste', { ...options, clipboardData: data }) : new DragEvent('drop', { ...options, dataTransfer: data });
      document.querySelector('.timeline')?.dispatchEvent(event);
    },
    [kind, ...names],
  );
}

test('images and a file are picked, previewed, sent with a text and seen by the other', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  const bytes = randomBytes(300_000);
  await pick(ana, [await picture(ana, 'lake.png', 1_600, 800), await picture(ana, 'hill.png', 800, 1_600), plain('plan.pdf', bytes)]);
  await expect(inTray(ana)).toHaveCount(3);
  await ana.composer.fill('from yesterday');
  await ana.composer.press('Enter');
  await expect(inTray(ana)).toHaveCount(0);
  await expect(ana.composer).toHaveValue('');
  for (const person of [ana, bea]) {
    const bubble = person.bubble('from yesterday');
    await expect(bubble.locator('.photo img')).toHaveCount(2);
    await expect(bubble.locator('img[alt="lake.png"]')).toHaveJSProperty('complete', true);
    await expect(bubble.locator('.file')).toContainText('300 KB');
  }
  await expectFile(bea, 'plan.pdf', bytes);
  await ana.expectTick('from yesterday', 'read');
  await expect(leaving(ana)).toHaveCount(0);

  // What is drawn live is what the server draws.
  const answer = await (await bea.context.request.get(bea.page.url())).text();
  const [live, drawn] = await bea.page.evaluate((text) => {
    type Drawn = [string, string[], (Drawn | string)[]];
    const plain = (element: Element): Drawn => [
      element.localName,
      [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort(),
      element.children.length ? [...element.children].map(plain) : [element.textContent ?? ''],
    ];
    const page = new DOMParser().parseFromString(text, 'text/html');
    return [document, page].map((one) => plain(one.querySelector('.files') ?? one.body));
  }, answer);
  expect(live).toEqual(drawn);
});

test('an image opens large, with those beside it by the arrow keys', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await pick(ana, [await picture(ana, 'one.png', 1_200, 900), await picture(ana, 'two.png', 900, 1_200)]);
  await send(ana);
  const photos = ana.page.locator('article[data-seq] .photo');
  await expect(photos).toHaveCount(2);
  await photos.first().click();
  const shown = ana.page.locator('.lightbox > img');
  await expect(shown).toHaveAttribute('alt', 'one.png');
  await ana.page.keyboard.press('ArrowRight');
  await expect(shown).toHaveAttribute('alt', 'two.png');
  await expect(shown).toHaveJSProperty('naturalWidth', 900);
  await ana.page.keyboard.press('Escape');
  await expect(ana.page.locator('.lightbox')).toHaveCount(0);
  await expect(photos.first()).toBeFocused();
});

for (const kind of ['paste', 'drop'] as const) {
  test(`files come by ${kind}, and one is taken out again`, async ({ pair: [ana, bea] }) => {
    await ana.openLive(bea);
    await bea.openLive(ana);
    await handOver(ana, kind, ['a.txt', 'b.txt']);
    await expect(inTray(ana)).toHaveCount(2);
    await ana.page.getByRole('button', { name: 'Remove a.txt' }).click();
    await expect(inTray(ana)).toHaveCount(1);
    await send(ana);
    await expectFile(bea, 'b.txt', Buffer.from('bytes of b.txt'));
    await expect(card(bea, 'a.txt')).toHaveCount(0);
  });
}

test('while files are dragged over it, the conversation says what becomes of them', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  const drag = (kind: string, relatedTarget: 'inside' | 'outside'): Promise<void> =>
    ana.page.evaluate(
      ([kind, relatedTarget]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['bytes'], 'a.txt'));
        const related = relatedTarget === 'inside' ? document.body : null;
        document.querySelector('.timeline')?.dispatchEvent(new DragEvent(kind ?? '', { bubbles: true, cancelable: true, dataTransfer, relatedTarget: related }));
      },
      [kind, relatedTarget],
    );
  const over = ana.page.getByText('Drop to add to your message');
  await drag('dragover', 'inside');
  await expect(over).toBeVisible();
  await drag('dragleave', 'inside');
  await expect(over).toBeVisible();
  await drag('dragleave', 'outside');
  await expect(over).toHaveCount(0);
  await drag('dragover', 'inside');
  await expect(over).toBeVisible();
  await handOver(ana, 'drop', ['a.txt']);
  await expect(over).toHaveCount(0);
  await expect(inTray(ana)).toHaveCount(1);
});

test('files stay in their draft, with what it answers, and the list of conversations shows them', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  const withCleo = await ana.openLive(cleo);
  const withBea = await ana.openLive(bea);
  await bea.openLive(ana);
  await bea.say('Which plan?');
  await expect(ana.bubble('Which plan?')).toBeVisible();
  await ana.bubble('Which plan?').focus();
  // Its bar says that the keys are heard.
  await expect(ana.bubble('Which plan?').getByRole('toolbar')).toBeAttached();
  await ana.page.keyboard.press('i');
  await ana.page.getByRole('menuitem', { name: 'Reply' }).click();
  await expect(ana.page.locator('.composer .about')).toContainText('Which plan?');
  await pick(ana, [plain('plan.pdf', Buffer.from('the plan'))]);
  await expect(inTray(ana)).toHaveCount(1);

  await ana.roomRow(withCleo).click();
  await expect(ana.page).toHaveURL(withCleo);
  await expect(inTray(ana)).toHaveCount(0);
  const row = ana.roomRow(withBea).locator('.row-last');
  await expect(row).toHaveText('Draft: 📎 plan.pdf');
  await ana.page.reload();
  await ana.live();
  await expect(row).toHaveText('Draft: 📎 plan.pdf');
  await bea.say('Are you there?');
  await expect(ana.roomRow(withBea).locator('[data-unread]')).toBeVisible();
  await expect(row).toHaveText('Draft: 📎 plan.pdf');

  await ana.roomRow(withBea).click();
  await expect(inTray(ana)).toHaveCount(1);
  await expect(ana.page.locator('.composer .about')).toContainText('Which plan?');
  await expect(row).toContainText('Are you there?');
  await send(ana);
  await expectFile(bea, 'plan.pdf', Buffer.from('the plan'));
  await expect(bea.page.locator('article:has(.file) .quote')).toContainText('Which plan?');
  await expect(ana.page.locator('.composer .about')).toHaveCount(0);
  await expect(bea.roomRow(withBea).locator('.row-last')).toContainText('📎 plan.pdf');
});

test('an edit does not take the files of the draft along', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await ana.say('See you at noom');
  await ana.expectTick('See you at noom', 'sent');
  await pick(ana, [plain('plan.pdf', Buffer.from('the plan'))]);
  await expect(inTray(ana)).toHaveCount(1);
  await ana.composer.press('ArrowUp');
  await expect(ana.composer).toHaveValue('See you at noom');
  await ana.composer.fill('See you at noon');
  await ana.composer.press('Enter');
  await expect(ana.bubble('See you at noon')).toHaveAttribute('data-edited', /./);
  await expect(inTray(ana)).toHaveCount(1);
  await expect(card(ana, 'plan.pdf')).toHaveCount(0);
});

test('who logs out leaves no file behind that was only picked', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await pick(ana, [plain('secret.pdf', Buffer.from('a secret'))]);
  await expect(inTray(ana)).toHaveCount(1);
  await ana.logOut();
  const kept = () =>
    ana.page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const request = indexedDB.open('twotick files');
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const count = request.result.transaction('bytes').objectStore('bytes').count();
            count.onsuccess = () => {
              request.result.close();
              resolve(count.result);
            };
          };
        }),
    );
  await expect.poll(kept).toBe(0);
});

test('what cannot run does not run, whatever it is called', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  const room = await bea.openLive(ana);
  const script = '<script>window.ran=1;window.opener&&(window.opener.ran=1)</script>';
  const files = [
    plain('page.html', Buffer.from(`<!doctype html>${script}`)),
    plain('drawing.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1">${script}</svg>`)),
    { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from(`<!doctype html>${script}`) },
    plain('"><img src=x onerror=window.ran=1>.pdf', Buffer.from('%PDF-1.7')),
  ];
  await pick(ana, files);
  await expect(inTray(ana)).toHaveCount(files.length);
  await send(ana);
  await expect(bea.page.locator('article .file')).toHaveCount(files.length);
  await expect(bea.page.locator('article .files img')).toHaveCount(0);
  for (const { name, buffer } of files) {
    const path = (await card(bea, name).getAttribute('href')) ?? '';
    const answer = await bea.context.request.get(bea.url(path));
    expect(answer.headers()['content-disposition']).toMatch(/^attachment;/);
    expect(answer.headers()['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    const download = bea.page.waitForEvent('download');
    // Asked for as a page it is saved, not shown.
    await bea.page.evaluate((path) => void location.assign(path), path);
    expect(sha256(await readFile(await (await download).path()))).toBe(sha256(buffer));
  }
  expect(new URL(bea.page.url()).pathname).toBe(room);
  for (const { page } of [ana, bea]) expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});

test.describe('on a server that takes small files', () => {
  test.use({ settings: { TWOTICK_ATTACHMENT_BYTES_MAX: '100000' } });

  test('a file that is refused says why, and does not keep the others', async ({ pair: [ana, bea] }) => {
    ana.expects(answered(413));
    await ana.openLive(bea);
    await bea.openLive(ana);
    await pick(ana, [plain('large.bin', randomBytes(200_000)), plain('small.bin', Buffer.from('small'))]);
    await expect(inTray(ana).filter({ hasText: 'large.bin' }).getByRole('alert')).toContainText('too large');
    await ana.composer.fill('one of two');
    await ana.composer.press('Enter');
    await expectFile(bea, 'small.bin', Buffer.from('small'));
    await expect(bea.bubble('one of two').locator('.file')).toHaveCount(1);
    await expect(inTray(ana)).toHaveCount(1);
    await ana.page.getByRole('button', { name: 'Remove large.bin' }).click();
    await expect(inTray(ana)).toHaveCount(0);
    await expect(ana.page.getByRole('button', { name: 'Send', exact: true })).toHaveAttribute('aria-disabled', 'true');
  });
});

test('what was picked without a network is sent when there is one, after a reload', async ({ pair: [ana, bea] }) => {
  ana.expects(...cut_off);
  await ana.openLive(bea);
  await ana.installed();
  await bea.openLive(ana);
  const bytes = randomBytes(2_000_000);
  await pick(ana, [plain('first.bin', randomBytes(1_000))]);
  await expect(inTray(ana)).toHaveCount(1);
  await ana.context.setOffline(true);
  await pick(ana, [plain('second.bin', bytes)]);
  await expect(inTray(ana)).toHaveCount(2);
  await ana.composer.fill('from the train');
  await send(ana);
  await expect(leaving(ana)).toContainText('from the train');
  await ana.page.reload();
  await expect(leaving(ana)).toContainText('from the train');
  await ana.context.setOffline(false);
  await expectFile(bea, 'second.bin', bytes, reconnect_limit_ms);
  await expect(bea.bubble('from the train').locator('.file')).toHaveCount(2);
  await expect(leaving(ana)).toHaveCount(0);
});

test('an upload that is cut by the end of the server goes on where it was', async ({ pair: [ana, bea], server }) => {
  for (const person of [ana, bea]) person.expects(...cut_off);
  await ana.openLive(bea);
  await bea.openLive(ana);
  const bytes = randomBytes(8_000_000);
  let parts = 0;
  let sent_bytes = 0;
  let cut: Promise<void> | undefined;
  await ana.page.route('**/files/*', async (route) => {
    if (route.request().method() === 'PATCH') {
      parts += 1;
      sent_bytes += route.request().postDataBuffer()?.length ?? 0;
      if (parts === 3) await (cut = server.kill());
    }
    await route.continue();
  });
  await pick(ana, [plain('long.bin', bytes)]);
  await send(ana);
  await expect.poll(() => cut !== undefined).toBe(true);
  await cut;
  await server.up();
  await expectFile(bea, 'long.bin', bytes, reconnect_limit_ms);
  expect(sent_bytes, 'what had come was not sent again').toBeLessThan(bytes.length * 1.6);
});

test('what is being sent can be cancelled', async ({ pair: [ana, bea] }) => {
  ana.expects(...cut_off, answered(404), answered(423));
  await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.page.route('**/files/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  await pick(ana, [plain('never.bin', randomBytes(1_000_000))]);
  await send(ana);
  await ana.page.getByRole('button', { name: 'Cancel sending' }).click();
  await expect(ana.page.locator('.tray')).toHaveCount(0);
  await ana.page.unroute('**/files/*');
  await ana.say('only this');
  await expect(bea.bubble('only this')).toBeVisible();
  await expect(card(bea, 'never.bin')).toHaveCount(0);
});

test('twenty megabytes survive a browser that is killed, and arrive once as they were', async ({ laptop, person }, testInfo) => {
  const bea = await person('bea');
  const computer = await laptop('ana');
  const before = await settle(computer, bea);
  before.expects(...cut_off);
  const room = await before.openLive(bea);
  await bea.visit(room);
  await bea.live();
  const bytes = randomBytes(large_bytes);
  // The bytes are in the browser and no part of them gets out.
  await before.page.route(/\/files(\/|$)/, (route) => route.abort());
  const holiday = testInfo.outputPath('holiday.bin');
  await writeFile(holiday, bytes);
  await pickFromDisk(before, holiday);
  await expect(inTray(before)).toHaveCount(1);
  await before.composer.fill('all of it');
  await send(before);
  await expect(leaving(before)).toContainText('all of it');
  await computer.kill();

  const after = await computer.open();
  after.expects(...cut_off);
  await after.visit(room);
  await expectFile(bea, 'holiday.bin', bytes, 60_000);
  await expect(after.bubble('all of it')).toHaveCount(1);
  await expect(after.page.locator('.tray')).toHaveCount(0);
  await after.page.reload();
  await after.live();
  await expect(after.bubble('all of it').locator('.file')).toHaveCount(1);
  await expect(bea.bubble('all of it')).toHaveCount(1);
});

test('without scripts a form sends files, and links hand them out', async ({ person, visitor }) => {
  const bea = await person('bea', { javaScriptEnabled: false });
  const ana = await visitor('ana', { javaScriptEnabled: false });
  await ana.register();
  await ana.post('/people/request', { username: 'bea' });
  await bea.post('/people/accept', { username: 'ana' });
  await ana.open(bea);
  const bytes = randomBytes(200_000);
  await ana.page.locator('input[name="files"]').setInputFiles([plain('a "b" ž.bin', bytes)]);
  await ana.composer.fill('by a form');
  await send(ana);
  await expect(ana.page).toHaveURL(/\/r\/\d+$/);
  await bea.open(ana);
  await expect(bea.bubble('by a form')).toBeVisible();
  await expectFile(bea, 'a "b" ž.bin', bytes);
});
