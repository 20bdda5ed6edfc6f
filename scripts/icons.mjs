// Draws the app's icons from public/favicon.svg, into public/: node scripts/icons.mjs, with the browser of the tests (CHROMIUM, or the
// one that Playwright knows). Run it when the sign changes; what it makes is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { chromium } = createRequire(join(root, 'end2end/package.json'))('@playwright/test');
const sign = readFileSync(join(root, 'public/favicon.svg'), 'utf8');
const ticks = /<path [^>]*\/>/.exec(sign)[0];
const green = /fill="(#[0-9a-f]+)"/.exec(sign)[1];

const within = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${inside}</svg>`;
const ground = `<rect width="32" height="32" fill="${green}"/>`;
// A mask may cut away all but the middle four fifths; a phone that rounds the corners itself cuts less.
const smaller = (part) => `<g transform="translate(16 16) scale(${part}) translate(-16 -16)">${ticks}</g>`;

const icons = {
  'icon-192.png': [192, sign],
  'icon-512.png': [512, sign],
  'icon-maskable-192.png': [192, within(ground + smaller(0.75))],
  'icon-maskable-512.png': [512, within(ground + smaller(0.75))],
  'apple-touch-icon.png': [180, within(ground + smaller(0.9))],
  // What stands in a phone's status bar: its shape alone counts.
  'icon-badge-96.png': [96, within(ticks)],
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined, args: ['--no-sandbox'] });
for (const [name, [size, svg]] of Object.entries(icons)) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setContent(`<style>*{margin:0}img{display:block}</style><img width="${size}" height="${size}" src="${address}">`);
  await page.locator('img').evaluate((image) => image.decode());
  writeFileSync(join(root, 'public', name), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
