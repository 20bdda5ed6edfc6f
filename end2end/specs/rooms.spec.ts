// Rooms of more than two (SPEC 3): made, found, joined, kept in order and left, by plain forms.
import { type Person, answered, expect, test } from '../fixtures.ts';

const field = ({ page }: Person, label: string) => page.getByLabel(label, { exact: true });
const button = ({ page }: Person, name: string | RegExp) => page.getByRole('button', { name });
const member = ({ page }: Person, who: Person) => page.locator(`[data-member="${who.name}"]`);

/** Makes a room; answers its path. */
async function makeRoom(person: Person, title: string, { isPublic = true, topic = '' } = {}): Promise<string> {
  await person.visit('/rooms');
  await field(person, 'Name').fill(title);
  await field(person, 'Topic').fill(topic);
  if (!isPublic) await person.page.getByRole('checkbox', { name: /^Public/ }).uncheck();
  await button(person, 'Make the room').click();
  await expect(person.page).toHaveURL(/\/r\/\d+$/);
  return new URL(person.page.url()).pathname;
}

/** Opens what can be done about a member, and does one thing. */
async function change(person: Person, room: string, who: Person, what: string | RegExp): Promise<void> {
  await person.visit(`${room}/details`);
  await member(person, who).getByText('Change').click();
  await member(person, who).getByRole('button', { name: what }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test(`a public room is made, found, joined, talked in and left ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ person }) => {
    const ana = await person('ana', { javaScriptEnabled });
    const bea = await person('bea', { javaScriptEnabled });
    const room = await makeRoom(ana, 'Garden', { topic: 'Beans and peas' });
    await bea.visit('/rooms');
    const row = bea.page.locator('[data-public-room]');
    await expect(row).toContainText('Garden');
    await expect(row).toContainText('1 member · Beans and peas');
    await row.getByRole('button', { name: 'Join Garden' }).click();
    await expect(bea.page).toHaveURL(bea.url(room));
    await expect(bea.page.locator('[data-note]')).toHaveText([/Ana made the room Garden/, /You joined/]);
    await bea.say('Good morning, garden');
    await expect(bea.bubble('Good morning, garden')).toBeVisible();
    if (!javaScriptEnabled) await ana.page.reload();
    await expect(ana.bubble('Good morning, garden').locator('.author')).toContainText('Bea');
    await expect(ana.page.locator('[data-note]')).toHaveText([/You made the room Garden/, /Bea joined/]);
    await bea.visit(`${room}/details`);
    await expect(bea.page.getByRole('heading', { name: '2 members' })).toBeVisible();
    await button(bea, 'Leave this room').click();
    await expect(bea.page).toHaveURL(bea.url('/'));
    bea.expects(answered(404));
    await bea.visit(room);
    await expect(bea.page.locator('[data-problem="404"]')).toBeVisible();
  });
}

test('somebody is brought into a private room, muted, made an admin, removed and banned', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  for (const one of [bea, cleo]) one.expects(answered(404), answered(403), answered(409));
  ana.expects(answered(403));
  const room = await makeRoom(ana, 'Secret plans', { isPublic: false });
  await ana.say('before anybody came');
  await ana.expectTick('before anybody came', 'sent');
  await bea.visit('/rooms');
  await expect(bea.page.locator('[data-public-room]')).toHaveCount(0);
  await ana.visit(`${room}/details`);
  await field(ana, 'Username').fill('cleo');
  await button(ana, 'Bring in').click();
  await expect(ana.page.getByRole('alert')).toContainText('You cannot invite this person.');
  await field(ana, 'Username').fill('bea');
  await button(ana, 'Bring in').click();
  await expect(member(ana, bea)).toBeVisible();
  await bea.visit(room);
  await bea.live();
  await expect(bea.bubble('before anybody came')).toHaveCount(0);

  await change(ana, room, bea, /^Mute/);
  await expect(member(ana, bea)).toContainText('muted');
  await change(ana, room, bea, /^Let write/);
  await expect(member(ana, bea)).not.toContainText('muted');
  await change(ana, room, bea, /^Make admin/);
  await expect(member(ana, bea)).toContainText('admin');
  await change(ana, room, bea, /^Remove/);
  await expect(member(ana, bea)).toHaveCount(0);
  await bea.visit(room);
  await expect(bea.page.locator('[data-problem="404"]')).toBeVisible();

  await field(ana, 'Username').fill('bea');
  await button(ana, 'Bring in').click();
  await change(ana, room, bea, /^Ban/);
  await expect(ana.page.locator('[data-banned="bea"]')).toBeVisible();
  await ana.page.locator('[data-banned="bea"]').getByRole('button').click();
  await expect(ana.page.locator('[data-banned]')).toHaveCount(0);
});

test('whoever looks at a room while being removed from it is shown out, and hears nothing more', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  bea.expects(answered(404));
  const room = await makeRoom(ana, 'Garden');
  await bea.visit('/rooms');
  await button(bea, 'Join Garden').click();
  await bea.live();
  await bea.composer.pressSequentially('I only want to sa');
  await change(ana, room, bea, /^Remove/);
  await expect(bea.page.locator('[data-readonly]')).toHaveText('There is no such room, or it is not yours.');
  await expect(bea.roomRow(room)).toHaveCount(0);
  await expect(bea.page.locator('article[data-cid]')).toHaveCount(0);
  await ana.visit(room);
  await ana.live();
  await ana.say('Now we are among ourselves');
  await ana.expectTick('Now we are among ourselves', 'sent');
  await bea.visit('/');
  await bea.live();
  await expect(bea.page.locator('.inbox')).not.toContainText('among ourselves');
});

test('the only owner of an occupied room stays until somebody else is one', async ({ person }) => {
  const [ana, bea] = [await person('ana'), await person('bea')];
  ana.expects(answered(409));
  const room = await makeRoom(ana, 'Garden');
  await bea.visit('/rooms');
  await button(bea, 'Join Garden').click();
  await ana.visit(`${room}/details`);
  await button(ana, 'Leave this room').click();
  await expect(ana.page.getByRole('alert')).toContainText('You are the only owner.');
  await change(ana, room, bea, /^Make owner/);
  await button(ana, 'Leave this room').click();
  await expect(ana.page).toHaveURL(ana.url('/'));
});

test('a name that is taken or too long is refused, and what was typed stays', async ({ person }) => {
  const ana = await person('ana');
  ana.expects(answered(409), answered(422));
  await makeRoom(ana, 'Garden');
  for (const [title, sentence] of [['GARDEN', /has this name already/], ['a'.repeat(65), /1 to 64/], ['garden\u2003', /has this name already/]] as const) {
    await ana.visit('/rooms');
    await field(ana, 'Name').fill(title);
    await field(ana, 'Topic').fill('Beans');
    await button(ana, 'Make the room').click();
    await expect(ana.page.getByRole('alert')).toContainText(sentence);
    await expect(field(ana, 'Name')).toHaveValue(title);
    await expect(field(ana, 'Topic')).toHaveValue('Beans');
    await expect(field(ana, 'Name')).toBeFocused();
  }
});

test('a room gets another name and topic, is closed and opened again', async ({ person }) => {
  const ana = await person('ana');
  const room = await makeRoom(ana, 'Garden');
  await ana.visit(`${room}/details`);
  await field(ana, 'Name').fill('Kitchen');
  await button(ana, 'Rename').click();
  await expect(ana.page.getByRole('heading', { level: 1, name: 'Kitchen' })).toBeVisible();
  await field(ana, 'Topic').fill('Soup');
  await button(ana, 'Set topic').click();
  await expect(ana.page.locator('.topic')).toHaveText('Soup');
  await button(ana, 'Close this room').click();
  await expect(ana.page.getByText('Closed: it can be read')).toBeVisible();
  await ana.visit(room);
  await expect(ana.page.locator('[data-readonly]')).toContainText('This room is closed');
  await expect(ana.page.locator('[data-note]')).toHaveText([/made the room Garden/, /You called this room Kitchen/, /You set the topic: Soup/, /You closed this room/]);
  await ana.visit(`${room}/details`);
  await button(ana, 'Open it again').click();
  await ana.visit(room);
  await expect(ana.composer).toBeVisible();
});

/** Comes into a public room. */
async function join(person: Person, title: string): Promise<void> {
  await person.visit('/rooms');
  await button(person, `Join ${title}`).click();
  await person.live();
}

test('in a group the ticks wait for all, and lead to who has read a message and when', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  const room = await makeRoom(ana, 'Garden');
  await ana.live();
  await ana.say('nobody here so far');
  await ana.expectTick('nobody here', 'sent');
  for (const one of [bea, cleo]) await join(one, 'Garden');
  await cleo.visit('/');
  await cleo.live();
  await ana.say('who waters the beans?');
  await ana.expectTick('who waters', 'delivered');
  await expect(ana.tick('who waters')).toHaveAccessibleName('Read by 1 of 2');
  await expect(ana.tick('who waters')).toHaveText('Read by 1 of 2');
  await expect(ana.tick('nobody here')).toHaveAccessibleName('Sent: stored by the server');
  const node = await ana.bubble('who waters').elementHandle();
  await cleo.roomRow(room).click();
  await ana.expectTick('who waters', 'read');
  await expect(ana.tick('who waters')).toHaveAccessibleName('Read by all');
  await ana.expectTick('nobody here', 'sent');
  expect(await node?.evaluate((bubble) => bubble.isConnected)).toBe(true);

  const receipts = (await ana.tick('who waters').getAttribute('href')) ?? '';
  await ana.visit(receipts);
  await expect(ana.page.getByRole('heading', { name: 'Read by all' })).toBeVisible();
  await expect(ana.page.getByText('who waters the beans?')).toBeVisible();
  for (const one of [bea, cleo]) await expect(member(ana, one)).toHaveText(new RegExp(`${one.displayName}.*today at \\d\\d:\\d\\d`));

  await cleo.visit('/');
  await cleo.live();
  await ana.visit(room);
  await ana.live();
  await ana.say('and the peas?');
  await ana.expectTick('the peas', 'delivered');
  await expect(ana.tick('the peas')).toHaveAccessibleName('Read by 1 of 2');
  await ana.visit(receipts.replace(/\d+$/, (seq) => String(Number(seq) + 1)));
  await expect(ana.page.getByRole('heading', { name: 'Read by 1 of 2' })).toBeVisible();
  await cleo.visit(`${room}/details`);
  await button(cleo, 'Leave this room').click();
  await ana.visit(room);
  await ana.live();
  await ana.expectTick('the peas', 'read');
});

test('who types in a group is named, up to two', async ({ pair: [ana, bea], person }) => {
  const cleo = await person('cleo');
  const dora = await person('dora');
  const room = await makeRoom(ana, 'Garden');
  await ana.live();
  for (const one of [bea, cleo, dora]) await join(one, 'Garden');
  const head = ana.page.locator('.room-head [data-typing]');
  const type = async (people: Person[], words: string): Promise<void> => {
    await expect(async () => {
      for (const one of people) await one.composer.pressSequentially('o');
      await expect(head).toHaveText(words, { timeout: 1_000 });
    }).toPass();
  };
  await type([bea], 'Bea is typing…');
  await expect(ana.roomRow(room)).toContainText('typing…');
  await type([bea, cleo], 'Bea and Cleo are typing…');
  await type([bea, cleo, dora], 'Several people are typing…');
  await bea.say('Never mind');
  await expect(head).not.toContainText('Several');
});

test('who has read a message is a page without JavaScript, too', async ({ person }) => {
  const ana = await person('ana', { javaScriptEnabled: false });
  const bea = await person('bea', { javaScriptEnabled: false });
  await makeRoom(ana, 'Garden');
  await bea.visit('/rooms');
  await button(bea, 'Join Garden').click();
  await ana.say('Good morning');
  await bea.page.reload();
  await button(bea, 'Mark as read').click();
  await ana.page.reload();
  await expect(ana.tick('Good morning')).toHaveAccessibleName('Read by all');
  await ana.tick('Good morning').click();
  await expect(ana.page.getByRole('heading', { name: 'Read by all' })).toBeVisible();
  await expect(member(ana, bea)).toContainText('today at');
  await ana.page.getByRole('link', { name: 'Back to the conversation' }).click();
  await expect(ana.bubble('Good morning')).toBeVisible();
});
