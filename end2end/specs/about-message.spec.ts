// The page about a message: everything that can become of it, by plain forms. Beside the conversation the same page is a panel.
import { type Person, answered, expect, test } from '../fixtures.ts';

const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };

/** The page about the message at a position of the open room. */
const about = (person: Person, room: string, seq: number) => person.visit(`${room}/message/${seq}`);

async function assertFits({ page }: Person): Promise<void> {
  await expect(page.locator('button:not(form button):visible')).toHaveCount(0);
  expect((await page.locator('html').boundingBox())?.width).toBe(page.viewportSize()?.width);
}

for (const [width, viewport] of Object.entries(widths)) {
  test.describe(`without JavaScript, ${width}`, () => {
    test.use({ javaScriptEnabled: false, viewport });

    test('a message is edited, answered, reacted to and deleted', async ({ pair: [ana, bea] }) => {
      await ana.open(bea);
      const room = new URL(ana.page.url()).pathname;
      await ana.say('See you at noom');
      await about(ana, room, 1);
      await assertFits(ana);
      const text = ana.page.getByRole('textbox', { name: 'Change the text' });
      await expect(text).toHaveValue('See you at noom');
      await text.fill('See you at noon');
      await ana.page.getByRole('button', { name: 'Save' }).click();
      await expect(ana.page.locator('blockquote')).toContainText('See you at noon');
      await expect(ana.page.locator('blockquote footer')).toContainText('edited');
      await expect(ana.page.locator('.earlier li')).toHaveText([/See you at noom/]);

      await about(bea, room, 1);
      await expect(bea.page.getByText('Earlier texts')).toHaveCount(0);
      await bea.page.getByRole('button', { name: 'React with 👍' }).click();
      await expect(bea.page.locator('[data-reaction="👍"]')).toContainText('Bea');
      bea.expects(answered(422));
      await bea.page.getByLabel('Another emoji').fill('no emoji');
      await bea.page.getByRole('button', { name: 'React', exact: true }).click();
      await expect(bea.page.getByRole('alert')).toHaveText('A reaction is one emoji.');
      await expect(bea.page.getByLabel('Another emoji')).toHaveValue('no emoji');
      await assertFits(bea);
      await bea.page.getByRole('textbox', { name: 'Answer' }).fill('With pleasure');
      await bea.page.getByRole('button', { name: 'Send' }).click();
      await expect(bea.page).toHaveURL(new RegExp(`${room}$`));
      await expect(bea.bubble('With pleasure')).toBeVisible();

      await about(ana, room, 1);
      await expect(ana.page.locator('[data-reaction="👍"]')).toContainText('Bea');
      await ana.page.getByRole('button', { name: 'Delete for everybody' }).click();
      await expect(ana.page.locator('[data-deleted]')).toHaveText('This message was deleted.');
      await expect(ana.page.locator('form[action*="/message/"]')).toHaveCount(0);
      await about(bea, room, 4);
      await expect(bea.page.locator('blockquote .hint')).toContainText('deleted now');
      await ana.page.getByRole('link', { name: 'Back to the conversation' }).click();
      await expect(ana.page.getByText('See you at noon')).toHaveCount(0);
    });
  });
}
