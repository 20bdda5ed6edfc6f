// A message is found again: the address of a place opens the room there, with and without scripts.
import { fill, many_allowed } from '../fill.ts';
import { type Person, expect, test } from '../fixtures.ts';

test.use({ settings: many_allowed });

const long = 300;
const target = 120;

/** A conversation that is too long for one page. */
async function talked(ana: Person, bea: Person): Promise<string> {
  const room = await bea.open(ana);
  // The page of whoever writes would have to draw all of it.
  await bea.page.goto('about:blank');
  await fill(bea, room, long, (index) => `line ${index + 1}.`, 1);
  return room;
}

const at = ({ page }: Person, seq: number) => page.locator(`article[data-seq="${seq}"]`);

/** Its middle is in view, and neither the beginning nor the end of the page is. */
async function expectInView(person: Person): Promise<void> {
  await expect(at(person, target)).toBeInViewport({ ratio: 1 });
  await expect(at(person, long)).not.toBeInViewport();
}

for (const [name, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`a room opens at a message, ${name}`, async ({ person, pair: [ana, bea] }) => {
    const room = await talked(ana, bea);
    const reader = await person('cyd', options);
    const cyd_room = `${room}?at=${target}`;
    await reader.context.clearCookies();
    await reader.context.addCookies(await ana.context.cookies());
    await reader.visit(cyd_room);
    if (name === 'with scripts') await reader.live();
    await expectInView(reader);
    await expect(at(reader, target)).toBeFocused();
    await expect(at(reader, target)).toHaveCSS('outline-style', 'solid');
  });
}

test('the live chat holds the place, loads what lies between it and the end, and goes on', async ({ pair: [ana, bea] }) => {
  const room = await talked(ana, bea);
  await ana.visit(`${room}?at=${target}`);
  await ana.live();
  await expectInView(ana);
  const top = async () => (await at(ana, target).boundingBox())?.y ?? 0;
  const before = await top();
  await fill(bea, room, 1, () => 'something new');
  await expect(ana.page.locator('[data-jump="latest"]')).toBeVisible();
  expect(Math.abs((await top()) - before), 'what is read stays where it is').toBeLessThan(1);
  const shown = async () => (await ana.transcript()).map(({ seq }) => Number(seq));
  await ana.page.locator('[data-gap]').scrollIntoViewIfNeeded();
  await expect.poll(async () => (await shown()).includes(target + 40)).toBe(true);
  await ana.page.getByRole('button', { name: 'Newest messages' }).click();
  await expect(at(ana, long + 1)).toBeInViewport();
});

test('from a place one pages on by plain links, and a place that is none says so', async ({ pair: [ana, bea], person }) => {
  const room = await talked(ana, bea);
  const reader = await person('cyd', { javaScriptEnabled: false });
  await reader.context.clearCookies();
  await reader.context.addCookies(await ana.context.cookies());
  await reader.visit(`${room}?at=${target}`);
  await reader.page.getByRole('link', { name: 'Newer messages' }).click();
  await expect(at(reader, target + 25)).toBeAttached();
  await reader.visit(`${room}?at=${target}`);
  await reader.page.getByRole('link', { name: 'Older messages' }).click();
  await expect(at(reader, target - 26)).toBeAttached();
  await ana.visit(`${room}?at=${long + 50}`);
  await ana.live();
  await expect(ana.notice).toHaveText(/That message is not here/);
  await expect(at(ana, long)).toBeInViewport();
});
