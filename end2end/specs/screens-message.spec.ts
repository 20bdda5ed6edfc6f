// Pictures of what can become of a message.
import { connect, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

test('pictures of the page about a message', async ({ person }) => {
  const [ana, bea, cleo] = [await person('ana'), await person('bea'), await person('cleo')];
  await connect(ana, bea);
  await bea.visit('/rooms');
  await bea.page.getByLabel('Name', { exact: true }).fill('Garden');
  await bea.page.getByLabel('Topic', { exact: true }).fill('Who waters what, and when');
  await bea.page.getByRole('button', { name: 'Make the room' }).click();
  await bea.live();
  const room = new URL(bea.page.url()).pathname;
  for (const one of [ana, cleo]) {
    await one.visit('/rooms');
    await one.page.getByRole('button', { name: 'Join Garden' }).click();
    await one.live();
  }
  await bea.say('Who has the key to the shed?');
  await expect(ana.bubble('the key')).toBeVisible();
  await ana.visit(`${room}/message/4`);
  await ana.page.getByRole('textbox', { name: 'Answer' }).fill('I do, untill noon');
  await ana.page.getByRole('button', { name: 'Send' }).click();
  await ana.visit(`${room}/message/5`);
  await ana.page.getByRole('textbox', { name: 'Change the text' }).fill('I do, until noon');
  await ana.page.getByRole('button', { name: 'Save' }).click();
  for (const [one, emoji] of [[bea, '👍'], [cleo, '👍'], [cleo, '❤️']] as const) {
    await one.visit(`${room}/message/5`);
    await one.page.getByRole('button', { name: `React with ${emoji}` }).click();
  }
  await ana.visit(`${room}/message/5`);
  await picture(ana, 'message');
});
