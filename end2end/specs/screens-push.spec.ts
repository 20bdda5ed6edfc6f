// Pictures of what is said about notifications where they are on: what can be shown while no tab is open, and by whom.
import { expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';
import { PushService } from '../push.ts';

test.use({ settings: { TWOTICK_PUSH_ANYWHERE: 'true' } });

test('pictures of notifications while no tab is open', async ({ pair: [ana] }) => {
  const service = await PushService.start();
  await service.serve(ana);
  await ana.context.addInitScript(() => {
    window.Notification = class extends Notification {
      static override get permission(): NotificationPermission {
        return 'granted';
      }
    };
  });
  await ana.visit('/');
  await ana.live();
  await ana.installed();
  await ana.page.getByText('Notifications are on').click();
  const panel = ana.page.locator('[data-notifications]');
  await expect(panel).toHaveAttribute('data-away', 'off');
  await picture(ana, 'notifications-away');
  await panel.getByRole('button', { name: 'Also when closed' }).click();
  await expect(panel).toHaveAttribute('data-away', 'on');
  await picture(ana, 'notifications-away-on');
  service.stop();
});
