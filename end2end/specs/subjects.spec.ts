// Conversations about a job, a trip or any other thing (S3, S4): opened, kept and closed by plain forms, and seen live by those who
// take part.
import { type Person, answered, connect, expect, test } from '../fixtures.ts';

const field = ({ page }: Person, label: string) => page.getByLabel(label, { exact: true });
const button = ({ page }: Person, name: string | RegExp) => page.getByRole('button', { name });
const member = ({ page }: Person, who: Person) => page.locator(`[data-member="${who.name}"]`);
const notes = ({ page }: Person) => page.locator('[data-note]');
const notice = "Job 'Paint the fence' accepted. This chat is now open.";

/** Opens a job or trip with somebody; answers its path. */
async function openThing(host: Person, kind: string, title: string, people: [Person, string][], { part = '', id = '', said = '' } = {}): Promise<string> {
  await host.visit('/rooms');
  await host.page.getByRole('link', { name: /^Talk about a job/ }).click();
  await field(host, 'Kind').fill(kind);
  await field(host, 'Title').fill(title);
  await field(host, 'What I am to it').fill(part);
  for (const [index, [person, as]] of people.entries()) {
    await field(host, `Username ${index + 1}`).fill(person.name);
    await field(host, `What ${index + 1} is to it`).fill(as);
  }
  await host.page.getByText('Id, link and opening notice').click();
  await field(host, 'Id').fill(id);
  await field(host, 'Opening notice').fill(said);
  await button(host, 'Open the conversation').click();
  await expect(host.page).toHaveURL(/\/r\/\d+$/);
  return new URL(host.page.url()).pathname;
}

for (const javaScriptEnabled of [true, false]) {
  test(`a job of three is opened, told about, closed and opened again ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person }) => {
    const [client, worker, helper] = [
      await person('ana', { javaScriptEnabled }),
      await person('bea', { javaScriptEnabled }),
      await person('cleo', { javaScriptEnabled }),
    ];
    for (const other of [worker, helper]) await connect(client, other);
    const room = await openThing(client, 'job', 'Paint the fence', [[worker, 'worker']], { part: 'client', id: '42', said: notice });
    await expect(notes(client)).toContainText([notice]);
    await expect(client.page.locator('.room-head .status')).toHaveText('About job 42');
    await expect(client.page.locator('[data-older]')).toContainText('This is the beginning of Paint the fence · about job 42.');

    await worker.visit('/');
    await worker.expectUnread(room, '1');
    await worker.roomRow(room).click();
    await expect(notes(worker)).toContainText([notice]);
    await worker.say('Thank you for the job!');
    await expect(worker.bubble('Thank you')).toBeVisible();

    await client.visit(`${room}/details`);
    await expect(member(client, client)).toContainText('client');
    await expect(member(client, worker)).toContainText('worker');
    await field(client, 'Username').fill('cleo');
    await field(client, 'What they are to it').fill('collaborator');
    await button(client, 'Bring in').click();
    await expect(member(client, helper)).toContainText('collaborator');
    await field(client, 'Notice').fill('The start was moved to Thursday.');
    await button(client, 'Tell').click();
    await helper.visit(room);
    await expect(notes(helper)).toContainText([/Ana added you as collaborator/, 'The start was moved to Thursday.']);
    await expect(helper.bubble('Thank you')).toHaveCount(0);

    await field(client, 'Why it is closed').fill('All is painted.');
    await button(client, 'Close this room').click();
    await worker.visit(room);
    await expect(worker.page.locator('[data-readonly]')).toContainText('This room is closed');
    await expect(notes(worker).last()).toContainText('Ana closed this room: All is painted.');
    await field(client, 'Notice').fill('The bill is paid.');
    await button(client, 'Tell').click();
    await button(client, 'Open it again').click();
    await worker.visit(room);
    await expect(notes(worker)).toContainText(['The bill is paid.', 'Ana opened this room again']);
    await worker.say('See you next summer');
    await expect(worker.bubble('next summer')).toBeVisible();
    await worker.visit(`${room}/details`);
    await button(worker, 'Leave this room').click();
    await expect(worker.page).toHaveURL(worker.url('/'));
    await expect(worker.roomRow(room)).toHaveCount(0);
  });
}

test('a trip of three: notices count as unread, and whoever is removed while typing is shown out', async ({ person }) => {
  const [owner, one, other] = [await person('ana'), await person('bea'), await person('cleo')];
  for (const guest of [one, other]) await connect(owner, guest);
  await one.visit('/');
  await one.live();
  const room = await openThing(owner, 'trip', 'Three days in Porto', [[one, 'collaborator'], [other, 'collaborator']], { part: 'owner' });
  await expect(owner.page.locator('.room-head .status')).toHaveText('About a trip');
  await one.expectUnread(room, '1');
  await expect(one.roomRow(room)).toContainText("Trip 'Three days in Porto': this chat is now open.");
  await expect(one.page).toHaveTitle(/^\(1\)/);

  await other.visit(room);
  await other.live();
  await owner.live();
  await other.say('I bring the map');
  await expect(owner.bubble('the map').locator('.author')).toContainText('Cleo');
  await one.expectUnread(room, '2');

  const second = await owner.tab(`${room}/details`);
  await field(second, 'Notice').fill('The trip is cancelled.');
  await button(second, 'Tell').click();
  await one.expectUnread(room, '3');
  await expect(notes(owner).last()).toHaveText(/The trip is cancelled\./);
  await expect(owner.page.locator('[data-note] [data-tick]')).toHaveCount(0);

  await other.composer.pressSequentially('But I have alrea');
  await expect(owner.page.locator('.room-head [data-typing]')).toBeVisible();
  await member(second, other).getByText('Change').click();
  await member(second, other).getByRole('button', { name: /^Remove/ }).click();
  await expect(other.page.locator('[data-readonly]')).toHaveText('There is no such room, or it is not yours.');
  await expect(owner.page.locator('.room-head [data-typing]')).toHaveCount(0);
  await owner.say('Among ourselves');
  await owner.expectTick('Among ourselves', 'delivered');
  await expect(other.page.locator('article[data-cid]')).toHaveCount(0);
});

test('the same thing leads to the same conversation, and what is wrong stands at its field', async ({ pair: [ana, bea], person }) => {
  await person('eve');
  ana.expects(answered(403), answered(404), answered(422));
  const room = await openThing(ana, 'job', 'Paint the fence', [[bea, 'worker']], { id: '42' });
  expect(await openThing(ana, 'job', 'Paint the fence', [[bea, 'worker']], { id: '42' })).toBe(room);

  await ana.visit('/subjects');
  await field(ana, 'Kind').fill('job');
  await field(ana, 'Title').fill('Mend the roof');
  await field(ana, 'Username 1').fill('eve');
  await field(ana, 'What 1 is to it').fill('worker');
  await field(ana, 'Username 2').fill('nobody');
  await button(ana, 'Open the conversation').click();
  await expect(ana.page.locator('[data-line="1"]')).toContainText('You cannot invite this person.');
  await expect(ana.page.locator('[data-line="2"]')).toContainText('There is nobody of that name.');
  await expect(field(ana, 'Username 1')).toBeFocused();
  await expect(field(ana, 'Username 1')).toHaveValue('eve');
  await expect(field(ana, 'Title')).toHaveValue('Mend the roof');
  await button(ana, 'More lines').click();
  await expect(field(ana, 'Username 4')).toBeVisible();
  await expect(field(ana, 'Username 2')).toHaveValue('nobody');
  await field(ana, 'Username 1').fill('bea');
  await field(ana, 'Username 2').fill('');
  await ana.page.getByText('Id, link and opening notice').click();
  await field(ana, 'Link').fill('jobs.example/42');
  await field(ana, 'Title').press('Enter');
  await expect(ana.page.getByRole('alert')).toContainText('A link begins with https://');
  await expect(field(ana, 'Link')).toBeFocused();
  await field(ana, 'Link').fill('https://jobs.example/42');
  await field(ana, 'Link').press('Enter');
  await expect(ana.page).toHaveURL(/\/r\/\d+$/);
});
