// Pictures of what can be done to a message: the menu, the picker, an answer, reactions, editing.
import type { Person } from '../fixtures.ts';
import { expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

const said = ({ page }: Person, text: string) => page.locator('article[data-cid]').filter({ has: page.locator('.text', { hasText: text }) });

/** Its bar says that the keys are heard. */
async function come(person: Person, text: string): Promise<void> {
  await said(person, text).focus();
  await expect(said(person, text).getByRole('toolbar')).toBeAttached();
}

async function react(person: Person, text: string, emoji: string): Promise<void> {
  await come(person, text);
  await person.page.keyboard.press('i');
  await person.page.getByRole('menuitem', { name: emoji }).click();
  await expect(said(person, text).locator('.reactions')).toContainText(emoji);
}

async function choose(person: Person, text: string, name: string): Promise<void> {
  await come(person, text);
  await person.page.keyboard.press('i');
  await person.page.getByRole('menuitem', { name, exact: true }).click();
}

test('pictures of what can be done to a message', async ({ pair: [ana, bea] }) => {
  // Twenty-four pictures, each looked at by axe.
  await ana.openLive(bea);
  await bea.openLive(ana);
  for (const [person, text] of [
    [bea, 'Shall we meet at the harbour, or at the old mill?'],
    [ana, 'The mill. I bring bread and the chees'],
    [bea, 'Oh, and one more thing'],
    [bea, 'The boat leaves at nine, so we have the whole day'],
  ] as const) {
    await person.say(text);
    await person.expectTick(text, 'read');
  }
  await choose(ana, 'The mill.', 'Edit');
  await ana.composer.fill('The mill. I bring bread and the cheese');
  await picture(ana, 'room-editing');
  await ana.composer.press('Enter');
  await expect(bea.bubble('the cheese')).toHaveAttribute('data-edited', /./);
  await choose(bea, 'one more thing', 'Delete');
  await bea.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await react(bea, 'the cheese', '❤️');
  await react(ana, 'the cheese', '❤️');
  await react(bea, 'the cheese', '😂');
  await react(ana, 'the whole day', '👍');
  await choose(ana, 'Shall we meet', 'Reply');
  await ana.page.keyboard.type('Both: first the harbour, then the mill');
  await picture(ana, 'room-answering');
  await ana.page.keyboard.press('Enter');
  await ana.expectTick('first the harbour', 'read');
  await picture(ana, 'room-amended');
  const opened = async (key: string): Promise<void> => {
    if ((await ana.page.getByRole('menu').count()) > 0) await ana.page.keyboard.press('Escape');
    await come(ana, 'the whole day');
    await ana.page.keyboard.press(key);
    await expect(ana.page.getByRole('menuitem').first()).toBeFocused();
  };
  await picture(ana, 'message-menu', () => opened('i'));
  const picking = async (): Promise<void> => {
    const picker = ana.page.getByRole('dialog', { name: 'Choose an emoji' });
    if ((await picker.count()) > 0) await ana.page.keyboard.press('Escape');
    await opened('i');
    await ana.page.getByRole('menuitem', { name: 'Another emoji' }).click();
    await expect(picker.getByRole('searchbox')).toBeFocused();
    await expect(picker.getByRole('button').nth(100)).toBeAttached();
  };
  await picture(ana, 'message-emoji', picking);
  await ana.page.keyboard.press('Escape');
  await choose(ana, 'the cheese', 'Delete');
  await picture(ana, 'message-delete');
});
