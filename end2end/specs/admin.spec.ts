// Administration (SPEC 3, 9): what an operator does by plain forms, and what others see of it.
import { type Person, answered, connect, expect, test } from '../fixtures.ts';

const account = ({ page }: Person, who: Person) => page.locator(`[data-account="${who.name}"]`);
const button = (place: ReturnType<typeof account>, name: string | RegExp) => place.getByRole('button', { name });

for (const javaScriptEnabled of [true, false]) {
  test(`an operator finds, bans and lets in again ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person }) => {
    const ana = await person('ana', { javaScriptEnabled });
    const bea = await person('bea', { javaScriptEnabled });
    bea.expects(answered(404), answered(403));
    ana.expects(answered(422));
    await bea.visit('/admin');
    await expect(bea.page.locator('[data-problem="404"]')).toBeVisible();
    await expect(bea.page.getByRole('link', { name: 'Administration' })).toHaveCount(0);
    await ana.visit('/people');
    await ana.page.getByRole('link', { name: 'Administration' }).click();
    await ana.page.getByRole('searchbox').fill('be');
    await ana.page.getByRole('button', { name: 'Search' }).click();
    await expect(ana.page.locator('[data-account]')).toHaveCount(1);
    await account(ana, bea).getByText('Change').click();
    await account(ana, bea).getByLabel('Reason').fill('Too many umbrellas');
    await button(account(ana, bea), 'Ban Bea').click();
    await expect(account(ana, bea)).toContainText('Too many umbrellas');
    await bea.visit('/');
    await expect(bea.page).toHaveURL(/\/login/);
    await bea.logIn();
    await expect(bea.page.getByRole('alert')).toContainText('This account is banned');
    await account(ana, bea).getByText('Change').click();
    await button(account(ana, bea), /Lift the ban/).click();
    await expect(account(ana, bea)).not.toContainText('banned');
    await bea.logIn();
    await expect(bea.page).toHaveURL(bea.url('/'));
    await ana.page.getByRole('link', { name: 'Audit log' }).click();
    await expect(ana.page.locator('[data-action]')).toContainText(['lifted the ban of Bea', 'banned Bea (@bea): Too many umbrellas']);
    await ana.page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Users' }).click();
    await account(ana, bea).getByText('Change').click();
    await account(ana, bea).getByLabel(/^Type bea/).fill('somebody else');
    await button(account(ana, bea), 'Delete Bea').click();
    await expect(account(ana, bea).getByRole('alert')).toContainText('That is not the name');
    await expect(account(ana, bea).getByLabel(/^Type bea/)).toHaveValue('somebody else');
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`an operator gives an application a key and takes it back ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person, request }) => {
    const ana = await person('ana', { javaScriptEnabled });
    const bea = await person('bea', { javaScriptEnabled });
    const page = ana.page;
    ana.expects(answered(422), answered(409));
    bea.expects(answered(404));
    await bea.visit('/admin/apps');
    await expect(bea.page.locator('[data-problem="404"]')).toBeVisible();
    await ana.visit('/admin');
    await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Applications' }).click();
    await expect(page.getByText('There is none yet.')).toBeVisible();
    for (const _ of [1, 2]) {
      await page.getByLabel('Name', { exact: true }).fill('jobs');
      await page.getByLabel('Title', { exact: true }).fill('Acme Jobs');
      await page.getByRole('button', { name: 'Make the application' }).click();
      await expect(page.locator('[data-app="jobs"]')).toContainText('Acme Jobs');
    }
    await expect(page.getByRole('alert')).toContainText('There is an application of this name already');
    await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Acme Jobs');
    const jobs = page.locator('[data-app="jobs"]');
    await jobs.getByText('New key').click();
    await jobs.getByLabel('What to know it by').fill('production');
    await jobs.getByRole('button', { name: 'Make the key' }).click();
    await expect(jobs.getByRole('alert')).toContainText('at least one scope');
    await expect(jobs.getByLabel('What to know it by')).toHaveValue('production');
    await jobs.getByLabel(/^users:/).check();
    await jobs.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.getByLabel('API key');
    await expect(shown).toHaveValue(/^tt_[\w-]{43}$/);
    const key = await shown.inputValue();
    const made = jobs.locator('[data-key]');
    await expect(made).toContainText('production');
    await expect(made).toContainText('never used');
    const call = async () => {
      const headers = { authorization: `Bearer ${key}` };
      return (await request.put(ana.url('/api/v1/host/users'), { headers, data: { external_id: '7' } })).status();
    };
    await expect.poll(call).toBe(200);
    await ana.visit('/admin/apps');
    await expect(made).toContainText('last used');
    await expect(page.getByLabel('API key')).toHaveCount(0);
    expect(await page.content()).not.toContain(key);
    await made.getByText('Revoke').first().click();
    await made.getByLabel(/^Type jobs/).fill('trips');
    await made.getByRole('button', { name: 'Revoke production' }).click();
    await expect(made.getByRole('alert')).toContainText('That is not the name');
    await expect.poll(call).toBe(200);
    await made.getByLabel(/^Type jobs/).fill('jobs');
    await made.getByRole('button', { name: 'Revoke production' }).click();
    await expect(made).toContainText('Revoked');
    await expect(made.getByText('Type jobs')).toHaveCount(0);
    await expect.poll(call).toBe(401);
    await page.getByRole('link', { name: 'Audit log' }).click();
    await expect(page.locator('[data-action]')).toContainText(['revoked an API key: jobs', 'made an API key: jobs', 'made the application jobs']);
  });
}

test('what a deleted account wrote goes from the screens of others at once, and from what they keep', async ({ person }) => {
  const ana = await person('ana');
  const bea = await person('bea');
  const cleo = await person('cleo');
  await connect(bea, cleo);
  const room = await cleo.openLive(bea);
  await bea.openLive(cleo);
  await bea.say('The cake is in the cellar');
  await cleo.say('I did not know that');
  await expect(cleo.bubble('The cake is in the cellar')).toBeVisible();
  await expect(bea.bubble('I did not know that')).toBeVisible();
  bea.expects(/./);
  await ana.visit('/admin');
  await account(ana, bea).getByText('Change').click();
  await account(ana, bea).getByLabel(/^Type bea/).fill('bea');
  await button(account(ana, bea), 'Delete Bea').click();
  await expect(account(ana, bea)).toHaveCount(0);

  await expect(cleo.bubble('Message deleted')).toBeVisible();
  await expect(cleo.page.getByText('The cake is in the cellar')).toHaveCount(0);
  await expect(cleo.bubble('I did not know that')).toBeVisible();
  const kept = () => cleo.page.evaluate(async () => {
    const open = <T>(request: IDBRequest<T>) => new Promise<T>((done) => (request.onsuccess = () => done(request.result)));
    const texts: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await open(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        texts.push(JSON.stringify(await open(database.transaction(store).objectStore(store).getAll())));
      }
      database.close();
    }
    return texts.join('\n');
  });
  await expect.poll(kept).toContain('I did not know that');
  await expect.poll(kept).not.toContain('The cake is in the cellar');
  await cleo.visit(room);
  await cleo.live();
  await expect(cleo.page.locator('.room-head')).toContainText('Deleted account');
  await expect(cleo.page.getByText('The cake is in the cellar')).toHaveCount(0);
});
