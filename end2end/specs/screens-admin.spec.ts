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

test('pictures of the host applications', async ({ person }) => {
  const ana = await person('ana');
  const page = ana.page;
  ana.expects(answered(422));
  await ana.visit('/admin/apps');
  for (const [name, title] of [['jobs', 'Acme Jobs'], ['trips', 'Lakeside Travel']] as const) {
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Title', { exact: true }).fill(title);
    await page.getByRole('button', { name: 'Make the application' }).click();
    await expect(page.locator(`[data-app="${name}"]`)).toContainText(title);
  }
  const jobs = page.locator('[data-app="jobs"]');
  for (const label of ['trial', 'production']) {
    await jobs.getByText('New key').click();
    await jobs.getByLabel('What to know it by').fill(label);
    for (const scope of ['users', 'tokens', 'subjects', 'notices']) await jobs.locator(`[name="${scope}"]`).check();
    await jobs.getByRole('button', { name: 'Make the key' }).click();
    await expect(jobs.locator('[data-key]').filter({ hasText: label })).toBeVisible();
  }
  // What is random differs from picture to picture.
  await page.getByLabel('API key').evaluate((field: HTMLInputElement) => (field.value = `tt_${'7Kq2xW9bLmR4'.repeat(4).slice(0, 43)}`));
  await picture(ana, 'admin-apps');
  const trial = jobs.locator('[data-key]').filter({ hasText: 'trial' });
  await trial.getByText('Revoke').first().click();
  await trial.getByLabel(/^Type jobs/).fill('job');
  await trial.getByRole('button', { name: 'Revoke trial' }).click();
  await expect(trial.getByRole('alert')).toBeVisible();
  await picture(ana, 'admin-revoke');
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
