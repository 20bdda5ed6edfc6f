// Administration (SPEC 3, 9): what an operator does by plain forms, and what others see of it.
import { type Person, answered, expect, test } from '../fixtures.ts';

const account = ({ page }: Person, who: Person) => page.locator(`[data-account="${who.name}"]`);
const button = (place: ReturnType<typeof account>, name: string | RegExp) => place.getByRole('button', { name });

for (const javaScriptEnabled of [true, false]) {
  test(`an operator finds, bans and lets in again ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person }) => {
    const ana = await person('ana', { javaScriptEnabled });
    const bea = await person('bea', { javaScriptEnabled });
    bea.expects(answered(404), answered(403));
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
  });
}
