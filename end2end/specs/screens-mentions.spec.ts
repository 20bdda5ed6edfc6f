// Pictures of names in messages, and of how much of a room somebody wants to hear.
import { type Person, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

async function makeRoom(person: Person, title: string, others: Person[]): Promise<string> {
  await person.visit('/rooms');
  await person.page.getByLabel('Name', { exact: true }).fill(title);
  await person.page.getByRole('button', { name: 'Make the room' }).click();
  await expect(person.page).toHaveURL(/\/r\/\d+$/);
  for (const other of others) {
    await other.visit('/rooms');
    await other.page.getByRole('button', { name: `Join ${title}` }).click();
    await expect(other.page).toHaveURL(/\/r\/\d+$/);
  }
  await person.live();
  return new URL(person.page.url()).pathname;
}

async function choose(person: Person, room: string, level: string): Promise<void> {
  await person.visit(`${room}/details`);
  await person.page.getByRole('radio', { name: level }).check();
  await person.page.getByRole('button', { name: 'Save' }).click();
  await expect(person.page.getByRole('radio', { name: level })).toBeChecked();
}

test('pictures of names and of levels', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  const direct = await ana.open(bea);
  await choose(ana, direct, 'Only mentions of me');
  await picture(ana, 'direct-details');
  const told = async (title: string, level: string, words: string[]): Promise<string> => {
    const room = await makeRoom(bea, title, [ana, cleo]);
    await choose(ana, room, level);
    for (const text of words) {
      await bea.say(text);
      await bea.expectTick(text, 'sent');
    }
    return room;
  };
  await told('Garden', 'Nothing', ['The beans are ripe']);
  await told('Kitchen', 'Only mentions of me', ['Soup at noon']);
  const room = await told('Harbour', 'Only mentions of me', ['The boat is here', '@ana, can you bring the oars?']);
  await ana.visit('/');
  await ana.live();
  await ana.expectUnread(room, '@1');
  await picture(ana, 'inbox-levels');
  await ana.visit(room);
  await ana.live();
  await expect(ana.bubble('the oars')).toHaveAttribute('data-mention', '');
  await picture(ana, 'room-mention');
  await ana.page.locator('#composer').pressSequentially('Yes. @');
  await expect(ana.page.getByRole('option')).toHaveCount(2);
  await picture(ana, 'room-completion');
});
