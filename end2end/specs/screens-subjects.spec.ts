// Pictures of conversations about something, of a room's panel and of the lobby.
import { answered, connect, expect } from '../fixtures.ts';
import { many_allowed } from '../fill.ts';
import { picture, test } from '../gallery.ts';

test.use({ settings: many_allowed });
test.slow();

test('pictures of a conversation about a job, and of its panel', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  await connect(ana, cleo);
  ana.expects(answered(403), answered(404), answered(422));
  const field = (label: string) => ana.page.getByLabel(label, { exact: true });
  const open = () => ana.page.getByRole('button', { name: 'Open the conversation' }).click();
  await ana.visit('/subjects');
  await picture(ana, 'subject-new');
  await field('Kind').fill('job');
  await field('Title').fill('Paint the fence');
  await field('What I am to it').fill('client');
  await field('Username 1').fill('bea');
  await field('What 1 is to it').fill('worker');
  await field('Username 2').fill('nobody');
  await open();
  await expect(ana.page.locator('[data-line="2"]')).toContainText('There is nobody of that name.');
  await picture(ana, 'subject-refused');
  await field('Username 2').fill('cleo');
  await field('What 2 is to it').fill('collaborator');
  await ana.page.getByText('Id, link and opening notice').click();
  await field('Id').fill('42');
  await field('Link').fill('https://jobs.example/42');
  await field('Opening notice').fill("Job 'Paint the fence' accepted. This chat is now open.");
  await open();
  await ana.live();
  const room = new URL(ana.page.url()).pathname;
  for (const other of [bea, cleo]) {
    await other.visit(room);
    await other.live();
  }
  await bea.say('Thank you for the job! Is Thursday morning fine?');
  await ana.say('Perfect. It is 14 metres, and the old paint comes off by itself by now');
  await ana.expectTick('14 metres', 'read');
  await cleo.say('I bring the ladder');
  await expect(ana.bubble('the ladder')).toBeVisible();
  await picture(ana, 'subject');
  await ana.page.locator('.room-head h1 a').click();
  await expect(ana.page.locator('.panel h1')).toBeFocused();
  await expect(ana.page.locator('.panel [data-member="cleo"]')).toContainText('online');
  await picture(ana, 'room-panel');
});

test('pictures of the lobby', async ({ pair: [ana, bea], person }) => {
  const [cleo, dora] = [await person('cleo'), await person('dora')];
  for (const [host, title, topic] of [
    [bea, 'Garden', 'Beans, peas, and who waters what in August while others are away'],
    [cleo, 'Board games on Tuesdays', 'Bring one, or just yourself'],
    [dora, 'Photo walks', ''],
  ] as const) {
    await host.visit('/rooms');
    await host.page.getByLabel('Name', { exact: true }).fill(title);
    await host.page.getByLabel('Topic', { exact: true }).fill(topic);
    await host.page.getByRole('button', { name: 'Make the room' }).click();
    await host.live();
  }
  for (const asker of [cleo, dora]) await (await asker.find(ana)).getByRole('button', { name: 'Connect' }).click();
  await ana.visit('/');
  await ana.live();
  await expect(ana.page.locator('[data-listed]')).toHaveCount(3);
  await expect(ana.page.locator('.lobby .asking')).toContainText('2 people');
  await picture(ana, 'inbox-lobby');
});
