// A picture of each screen, on a phone and a desk, light and dark, in test-results/screens. Asserted is only that nothing overflows.
import { type Person, connect, expect, test } from '../fixtures.ts';

const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };

async function picture(person: Person, name: string): Promise<void> {
  const { scrollWidth, clientWidth } = await person.page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth, `${name} is not wider than its window`).toBeLessThanOrEqual(clientWidth);
  await person.page.screenshot({ path: `test-results/screens/${name}.png` });
}

for (const [width, viewport] of Object.entries(widths)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every screen, ${width}, ${colorScheme}`, async ({ person, visitor }) => {
      const looks = { viewport, colorScheme };
      const guest = await visitor('guest', looks);
      await guest.page.goto('/login');
      await picture(guest, `login-${width}-${colorScheme}`);
      await guest.page.goto('/register');
      await picture(guest, `register-${width}-${colorScheme}`);

      const ana = await person('ana', looks);
      await picture(ana, `inbox-empty-${width}-${colorScheme}`);
      const bea = await person('bea', looks);
      const cleo = await person('cleo', looks);
      await connect(ana, bea);
      await (await cleo.find(ana)).getByRole('button', { name: 'Connect' }).click();

      await ana.openLive(bea);
      await bea.openLive(ana);
      await ana.say('Good morning! Did the parcel arrive?');
      await bea.say('Yes, an hour ago. It is bigger than I thought, and heavier: I had to ask the neighbour to help me with it on the stairs.');
      await expect(ana.bubble('an hour ago')).toBeVisible();
      await ana.say('Then I come by at six and we open it together 🎁');
      await ana.expectTick('Then I come by', 'read');
      await bea.composer.pressSequentially('Wonderful');
      await expect(ana.page.locator('[data-typing]').filter({ hasText: 'Bea' })).toBeVisible();
      await picture(ana, `room-${width}-${colorScheme}`);

      await ana.page.goto('/people');
      await picture(ana, `people-${width}-${colorScheme}`);
      await bea.say('Wonderful, see you then');
      await bea.expectTick('Wonderful, see you then', 'sent');
      await ana.page.goto('/');
      await ana.live();
      await expect(ana.page.locator('[data-room]').first()).toContainText('Wonderful');
      await picture(ana, `inbox-${width}-${colorScheme}`);
    });
  }
}
