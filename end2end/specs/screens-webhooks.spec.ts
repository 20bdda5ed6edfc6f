// Pictures of what programmers look at: where applications are told of what happens, and what they can call.
import { expect } from '../fixtures.ts';
import { picture, test } from '../gallery.ts';
import { Host, Receiver } from '../hooks.ts';

test.use({ settings: { TWOTICK_WEBHOOKS_ANYWHERE: 'true', TWOTICK_WEBHOOK_RETRY_MS: '600000' } });

/** In the page: every answer took as long. */
function sameDurations(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const said = text.nodeValue ?? '';
    const same = said.replace(/\b\d+ ms\b/g, '7 ms');
    if (same !== said) text.nodeValue = same;
  }
}

test('a picture of webhooks', async ({ person, server }) => {
  const ana = await person('ana');
  const [host, receiver] = [await Host.of(server, 'jobs'), await Receiver.start()];
  await host.call('POST', '/webhooks', { url: receiver.url });
  await host.job('1');
  await expect.poll(() => receiver.came).toBe(1);
  receiver.status = 503;
  await host.job('2');
  const deliveries = async () => (await host.call('GET', '/webhooks/1/deliveries')).deliveries.length;
  await expect.poll(deliveries).toBe(2);
  // A name, not a port that is another one each time.
  await host.call('PATCH', '/webhooks/1', { url: 'https://jobs.example.org/hook', paused: true });
  await ana.visit('/admin/webhooks?of=1');
  await picture(ana, 'admin-webhooks', () => ana.page.evaluate(sameDurations));
  receiver.end();
});

test('a picture of what programs can call', async ({ person }) => {
  const ana = await person('ana');
  await ana.visit('/api/v1/docs');
  await picture(ana, 'api');
});
