// Where applications are told of what happens, as an operator looks after it.
import { type Person, expect, test } from '../fixtures.ts';
import { Host, Receiver, near } from '../hooks.ts';

test.use({ settings: near });

const row = ({ page }: Person) => page.locator('[data-webhook]');

for (const javaScriptEnabled of [true, false]) {
  test(`an operator sees that a webhook is not taken, pauses and resumes it ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person, server }) => {
    const ana = await person('ana', { javaScriptEnabled });
    const [host, receiver] = [await Host.of(server, 'jobs'), await Receiver.start()];
    await ana.visit('/admin/webhooks');
    await expect(ana.page.locator('main')).toContainText('No webhook yet');
    receiver.status = 503;
    await host.call('POST', '/webhooks', { url: receiver.url });
    await host.job('1');
    await expect(async () => {
      await ana.visit('/admin/webhooks');
      await expect(row(ana)).toHaveAttribute('data-state', 'failing', { timeout: 100 });
    }).toPass();
    await row(ana).getByText('Look after').click();
    await row(ana).getByRole('button', { name: 'Pause' }).click();
    await expect(row(ana)).toHaveAttribute('data-state', 'paused');
    await expect(ana.page.locator('#requests')).toContainText('answered 503');
    receiver.status = 204;
    await row(ana).getByRole('button', { name: 'Resume' }).click();
    await expect(async () => {
      await ana.visit('/admin/webhooks?of=1');
      await expect(ana.page.locator('#requests')).toContainText('taken (204)', { timeout: 100 });
    }).toPass();
    await expect(row(ana)).toHaveAttribute('data-state', 'active');
    await ana.page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Audit log' }).click();
    await expect(ana.page.locator('[data-action]').filter({ hasText: 'webhook 1' })).toContainText(['resumed a webhook', 'paused a webhook']);
    receiver.end();
  });
}
