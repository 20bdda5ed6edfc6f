// What the browser has to fetch before there is something to read: measured on the server's own answers.
import { request } from 'node:http';
import { brotliCompressSync } from 'node:zlib';
import { fill, many_allowed } from '../fill.ts';
import { type Person, expect, test } from '../fixtures.ts';

const room_limit_bytes = 25 * 1024;
const style_limit_bytes = 12 * 1024;
const page_messages = 50;

test.use({ settings: many_allowed });

/** The body as it comes over the wire to a browser. */
async function onTheWire(person: Person, path: string): Promise<{ coding: string | undefined; body: Buffer }> {
  const cookies = await person.context.cookies(person.origin);
  const headers = { 'accept-encoding': 'gzip, deflate, br, zstd', cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
  return new Promise((done, fail) => {
    const asked = request(person.url(path), { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done({ coding: answer.headers['content-encoding'], body: Buffer.concat(chunks) }));
      answer.on('error', fail);
    });
    asked.on('error', fail);
    asked.end();
  });
}

function tell(what: string, bytes: number): void {
  test.info().annotations.push({ type: what, description: `${bytes} bytes` });
  console.log(`${what}: ${bytes} bytes`);
}

const words = 'the parcel boat came by this morning and nobody knew where harbour keys were left since Thursday evening'.split(' ');

/** As people write: texts of 3 to 40 words, no two alike. */
const sentence = (index: number): string =>
  Array.from({ length: 3 + ((index * 17) % 38) }, (_, word) => words[(index * 7 + word * (index % 5 || 3)) % words.length]).join(' ');

test('a room with fifty messages and its style are small', async ({ pair: [ana, bea] }) => {
  const room = await ana.open(bea);
  await fill(ana, room, page_messages / 2, sentence);
  await fill(bea, room, page_messages / 2, (index) => sentence(index + page_messages));
  const { coding, body } = await onTheWire(bea, room);
  expect(coding).toMatch(/^(br|gzip)$/);
  tell(`HTML of a room with 50 messages, ${coding}`, body.length);
  expect(body.length).toBeLessThanOrEqual(room_limit_bytes);

  await bea.visit(room);
  await expect(bea.page.locator('article[data-cid]')).toHaveCount(page_messages);
  const path = new URL(await bea.page.locator('link[rel="stylesheet"]').evaluate((link: HTMLLinkElement) => link.href)).pathname;
  const style = await onTheWire(bea, path);
  // The site of a debug build is not packed.
  const packed = style.coding === 'br' ? style.body : brotliCompressSync(style.body);
  tell('style, brotli', packed.length);
  expect(packed.length).toBeLessThanOrEqual(style_limit_bytes);
});
