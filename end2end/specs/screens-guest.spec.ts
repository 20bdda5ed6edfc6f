// Pictures of the pages before somebody is signed in, and of those that are about people.
import { type Person, answered, connect, password } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';

async function fillIn({ page }: Person, fields: Record<string, string>, button: string): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
  await page.getByRole('button', { name: button }).click();
}

test('pictures of registering and logging in', async ({ visitor }) => {
  const ana = await visitor('ana');
  ana.expects(answered(401), answered(409), answered(422), answered(400));
  await ana.visit('/register');
  await picture(ana, 'register-first');
  await ana.register();
  await ana.logOut();
  await picture(ana, 'login');
  await fillIn(ana, { Username: 'ana', Password: 'not this one' }, 'Log in');
  await picture(ana, 'login-refused');
  await ana.visit('/register');
  await picture(ana, 'register');
  await fillIn(ana, { Username: 'ana', 'Display name': 'Ana', Password: password }, 'Create account');
  await picture(ana, 'register-refused');
});

test('pictures of people, and of what is not there', async ({ person }) => {
  const [ana, bea, cleo, dora] = [await person('ana'), await person('bea'), await person('cleo'), await person('dora')];
  ana.expects(answered(404));
  await ana.visit('/people');
  await picture(ana, 'people-nobody');
  await connect(ana, bea);
  await (await cleo.find(ana)).getByRole('button', { name: 'Connect' }).click();
  await (await ana.find(dora)).getByRole('button', { name: 'Connect' }).click();
  await picture(ana, 'people-found');
  await ana.visit('/people?q=zoe');
  await picture(ana, 'people-not-found');
  await ana.visit('/people');
  await picture(ana, 'people');
  await ana.visit('/r/404');
  await picture(ana, 'not-found');
});
