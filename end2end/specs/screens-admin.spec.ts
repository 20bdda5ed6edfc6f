// Pictures of the pages for operators, of whom one has blocked, and of what is left of a deleted account.
import { type Person, answered, connect, expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

const account = ({ page }: Person, who: Person) => page.locator(`[data-account="${who.name}"]`);

test('pictures of the administration', async ({ person }) => {
  const [ana, bea, cleo, dora] = [await person('ana'), await person('bea'), await person('cleo'), await person('dora')];
  ana.expects(answered(422));
  await connect(bea, cleo);
  await bea.visit('/rooms');
  await bea.page.getByLabel('Name', { exact: true }).fill('Garden');
  await bea.page.getByRole('button', { name: 'Make the room' }).click();
  for (const who of [bea, cleo, dora]) await who.visit('/people');
  // When somebody was last here is known a moment after they went.
  await expect(async () => {
    await ana.visit('/admin');
    for (const who of [ana, bea, cleo, dora]) await expect(account(ana, who)).toContainText('last seen', { timeout: 100 });
  }).toPass();
  await account(ana, dora).getByText('Change').click();
  await account(ana, dora).getByLabel('Reason').fill('Sold umbrellas to everybody');
  await account(ana, dora).getByRole('button', { name: 'Ban' }).click();
  await picture(ana, 'admin-users');
  await account(ana, cleo).getByText('Change').click();
  await account(ana, cleo).getByLabel(/^Type cleo/).fill('clea');
  await account(ana, cleo).getByRole('button', { name: 'Delete' }).click();
  await picture(ana, 'admin-delete');
  await ana.visit('/admin/rooms');
  await picture(ana, 'admin-rooms');
  await ana.visit('/admin/audit');
  await picture(ana, 'admin-audit');
});

test('pictures of somebody blocked, and of what is left of a deleted account', async ({ person }) => {
  const [ana, bea, cleo] = [await person('ana'), await person('bea'), await person('cleo')];
  await connect(bea, cleo);
  const room = await cleo.openLive(bea);
  await bea.openLive(cleo);
  await bea.say('The cake is in the cellar');
  await cleo.say('I did not know that');
  await expect(bea.bubble('I did not know that')).toBeVisible();
  await bea.visit('/people');
  await (await cleo.find(ana)).getByRole('button', { name: 'Block' }).click();
  await cleo.visit('/people');
  await picture(cleo, 'people-blocked');
  bea.expects(/./);
  await ana.visit('/admin');
  await account(ana, bea).getByText('Change').click();
  await account(ana, bea).getByLabel(/^Type bea/).fill('bea');
  await account(ana, bea).getByRole('button', { name: 'Delete' }).click();
  await cleo.visit(room);
  await cleo.live();
  await expect(cleo.bubble('Message deleted')).toBeVisible();
  await picture(cleo, 'room-deleted');
});
