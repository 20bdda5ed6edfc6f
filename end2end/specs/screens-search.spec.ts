// Pictures of looking for what was said.
import { type Person, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

const said = ['Which train?', 'The one from 上海 at ten past eight', 'See you there then', 'Bring a coat, in Shanghai it rains'];

/** Results appear a moment after their messages: asked again until they are there. */
async function found(person: Person, address: string, count: number): Promise<void> {
  await expect(async () => {
    await person.visit(address);
    await expect(person.page.locator('[data-hit]')).toHaveCount(count, { timeout: 500 });
  }).toPass();
}

test('pictures of a search', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  for (const [index, text] of said.entries()) {
    const author = index % 2 ? bea : ana;
    await author.say(text);
    await author.expectTick(text, 'read');
  }
  await found(ana, `/search?q=${encodeURIComponent('上海')}`, 1);
  await found(ana, '/search?q=the', 2);
  await picture(ana, 'search-results');
  await found(ana, '/search?q=zeppelin&person=bea', 0);
  await picture(ana, 'search-nothing');
  await ana.visit(`${room}?at=2`);
  await ana.live();
  await expect(ana.page.locator('article[data-seq="2"]')).toBeFocused();
  await picture(ana, 'room-at');
  await ana.page.keyboard.press('/');
  await ana.page.locator('.panel').getByLabel('Words to look for').fill('the');
  await ana.page.locator('.panel').getByLabel('Words to look for').press('Enter');
  await expect(ana.page.locator('.panel [data-hit]')).toHaveCount(2);
  await picture(ana, 'search-panel');
});
