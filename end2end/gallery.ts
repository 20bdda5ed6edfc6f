// Pictures of the screens: each on a phone and a desk, light and dark, beside the reference in docs/screens, and looked at by axe. What differs
// from run to run and is not the screen's is made the same before: the fonts, the times, and what the browser says of notifications.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { AxeBuilder } from '@axe-core/playwright';
import { type Person, expect, test as base } from './fixtures.ts';
import { nextFrames, passDuring } from './time.ts';

const fonts = ['inter/files/inter-latin-wght-normal', 'noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal'].map((file) =>
  readFileSync(createRequire(import.meta.url).resolve(`@fontsource-variable/${file}.woff2`)).toString('base64'),
);

const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };
// Hundreds of buttons that differ by their emoji alone.
const alike = '.emoji [data-emoji]:nth-child(n + 10)';
const themes = ['light', 'dark'] as const;

/** Everybody's pages are drawn with the fonts of the references. */
export const test = base.extend({
  visitor: async ({ visitor }, use) => {
    await use(async (name, options) => {
      const person = await visitor(name, options);
      await person.context.addInitScript(pinFonts, fonts);
      await person.context.addInitScript(() => Object.defineProperty(Notification, 'permission', { value: 'default' }));
      return person;
    });
  },
});

/** In the page: what is not in the first font is looked for in the next. */
function pinFonts(fonts: string[]): void {
  const families = fonts.map((encoded, index) => {
    const face = new FontFace(`Pinned ${index}`, Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)), { weight: '100 900' });
    document.fonts.add(face);
    void face.load();
    return `Pinned ${index}`;
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { --font: ${families.map((family) => `"${family}"`).join()}, sans-serif !important; }`);
  document.adoptedStyleSheets.push(sheet);
}

/** What is on screen now, in all its forms; `anew` is done before each, for what passes by itself. */
export async function picture(person: Person, name: string, anew?: () => Promise<void>): Promise<void> {
  const { page } = person;
  const before = page.viewportSize();
  // For the two frames in which rows have just been drawn, the browser holds on to none of them when the window changes.
  await expect(async () => {
    await nextFrames(person);
    await expect(page.locator('[data-moving]')).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
  for (const [width, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await anew?.();
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      await nextFrames(person);
      const file = `${name}-${width}-${colorScheme}`;
      await expectAccessible(person, file, colorScheme === 'dark');
      await page.evaluate(sameTimes);
      await expect.soft(page).toHaveScreenshot(`${file}.png`);
    }
    await expectInside(person, `${name}-${width}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

/** Nothing that axe calls serious or critical. In other colours only those are looked at; of hundreds that are alike, a few. */
async function expectAccessible(person: Person, name: string, isRecoloured: boolean): Promise<void> {
  // Without a page of its own to put the answers of frames together, of which there are none.
  const axe = new AxeBuilder({ page: person.page }).setLegacyMode().exclude(alike);
  if (isRecoloured) axe.withRules(['color-contrast']);
  const { violations } = await passDuring(person, axe.analyze());
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`);
  expect.soft(grave, `${name}: axe has nothing grave to say`).toEqual([]);
}

/** Nothing is wider than the window. */
async function expectInside({ page }: Person, name: string): Promise<void> {
  const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect.soft(needed, `${name} is not wider than its window`).toBeLessThanOrEqual(there ?? 0);
}

/** In the page: every time of day is the same one. */
function sameTimes(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const said = text.nodeValue ?? '';
    const same = said.replace(/\b\d\d:\d\d\b/g, '09:41');
    if (same !== said) text.nodeValue = same;
  }
}
