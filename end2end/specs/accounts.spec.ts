// Accounts: who gets in, who does not, and how fast a door closes behind somebody (SPEC 8).
import { answered, expect, password, test } from '../fixtures.ts';

const fence_limit_ms = 2_000;

test('somebody registers, logs out and logs in again', async ({ visitor }) => {
  const ana = await visitor('ana');
  await ana.registerByForm();
  await expect(ana.page.getByText('Ana').first()).toBeVisible();
  await ana.logOut();
  await ana.page.goto('/people');
  await expect(ana.page).toHaveURL(/\/login/);
  await ana.logIn();
  await expect(ana.page).toHaveURL('/');
  await expect(ana.page.getByRole('button', { name: 'Log out' })).toBeVisible();
});

test('a wrong password and an unknown name get the same sentence', async ({ person, visitor }) => {
  await person('ana');
  const sentences: string[] = [];
  for (const name of ['ana', 'nobody']) {
    const guest = await visitor(name);
    guest.expects(answered(401), answered(403), answered(422));
    await guest.logIn('not the password');
    sentences.push(await guest.page.getByRole('alert').innerText());
    await expect(guest.page.getByRole('button', { name: 'Log out' })).toHaveCount(0);
  }
  expect(sentences[0]).not.toBe('');
  expect(sentences[1]).toBe(sentences[0]);
});

test('a name is given once, and the form keeps what was typed', async ({ person, visitor }) => {
  await person('ana');
  const guest = await visitor('ana');
  guest.expects(answered(409), answered(422));
  await guest.page.goto('/register');
  await guest.page.getByLabel('Username').fill('ana');
  await guest.page.getByLabel('Display name').fill('Another Ana');
  await guest.page.getByLabel('Password').fill(password);
  await guest.page.getByRole('button', { name: 'Create account' }).click();
  await expect(guest.page.getByRole('alert')).toBeVisible();
  await expect(guest.page.getByLabel('Display name')).toHaveValue('Another Ana');
  await expect(guest.page.getByLabel('Password')).toHaveValue('');
});

test('the first account is the operator, and is told so before', async ({ visitor, server }) => {
  const ana = await visitor('ana');
  const bea = await visitor('bea');
  await ana.page.goto('/register');
  await expect(ana.page.getByText(/operator/i)).toBeVisible();
  await ana.register();
  await bea.page.goto('/register');
  await expect(bea.page.getByText(/operator/i)).toHaveCount(0);
  await bea.register();
  const { output } = await server.command('user', 'list');
  const line = (name: string) => output.split('\n').find((text) => text.includes(name));
  expect(line('ana')).toMatch(/operator/i);
  expect(line('bea')).not.toMatch(/operator/i);
});

test('logging out in one tab closes the socket of the other', async ({ person }) => {
  const ana = await person('ana');
  await ana.live();
  const other = await ana.context.newPage();
  await other.goto('/people');
  await other.getByRole('button', { name: 'Log out' }).click();
  // It hears of it from the other tab as well, and a socket of a page that was left does not report its end.
  const isGone = () => ana.socket()?.isClosed() === true || ana.page.url().endsWith('/login');
  await expect.poll(isGone, { timeout: fence_limit_ms }).toBe(true);
  await expect(ana.page).toHaveURL('/login');
  await ana.page.goto('/');
  await expect(ana.page).toHaveURL(/\/login/);
});

test('a ban from the command line reaches open sockets and pages, and is lifted again', async ({ pair: [ana, bea], server }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  bea.expects(answered(401), answered(403));

  const banned = await server.command('user', 'ban', 'bea');
  expect(banned, banned.output).toMatchObject({ code: 0 });
  await expect.poll(() => bea.socket()?.isClosed(), { timeout: fence_limit_ms }).toBe(true);
  await expect(bea.page.locator('[data-link]')).toHaveAttribute('data-state', 'refused');
  await bea.page.goto('/');
  await expect(bea.page).toHaveURL(/\/login/);
  await bea.logIn();
  await expect(bea.page.getByRole('alert')).toBeVisible();

  const unbanned = await server.command('user', 'unban', 'bea');
  expect(unbanned, unbanned.output).toMatchObject({ code: 0 });
  await bea.logIn();
  await bea.openLive(ana);
  await bea.say('here I am again');
  await expect(ana.bubble('here I am again')).toBeVisible();
});

test('a password that is reset ends all sessions, and only the new one opens', async ({ person, server }) => {
  const ana = await person('ana');
  await ana.live();
  ana.expects(answered(401));
  const { code, output } = await server.command('user', 'reset-password', 'ana');
  expect(code, output).toBe(0);
  await expect.poll(() => ana.socket()?.isClosed(), { timeout: fence_limit_ms }).toBe(true);
  await ana.logIn();
  await expect(ana.page.getByRole('alert')).toBeVisible();
  await ana.logIn(/^Password: (.*)$/m.exec(output)?.[1]);
  await expect(ana.page).toHaveURL('/');
});

test('a command about nobody says so in one line and fails', async ({ server }) => {
  const { code, output } = await server.command('user', 'ban', 'nobody');
  expect(code).not.toBe(0);
  expect(output.trim().split('\n')).toHaveLength(1);
});

test.describe('without passwords', () => {
  test.use({ settings: { TWOTICK_PASSWORDLESS: 'true' } });

  test('a name alone opens an account, but never the operator’s', async ({ person, visitor }) => {
    await person('ana');
    const cleo = await visitor('cleo');
    await cleo.page.goto('/register');
    await cleo.page.getByLabel('Username').fill('cleo');
    await cleo.page.getByRole('button', { name: 'Create account' }).click();
    await expect(cleo.page).toHaveURL('/');
    await cleo.logOut();
    await cleo.page.getByLabel('Username').fill('cleo');
    await cleo.page.getByRole('button', { name: 'Log in' }).click();
    await expect(cleo.page).toHaveURL('/');

    const thief = await visitor('thief');
    thief.expects(answered(401), answered(403), answered(422));
    await thief.page.goto('/login');
    await thief.page.getByLabel('Username').fill('ana');
    await thief.page.getByRole('button', { name: 'Log in' }).click();
    await expect(thief.page.getByRole('alert')).toBeVisible();
  });
});
