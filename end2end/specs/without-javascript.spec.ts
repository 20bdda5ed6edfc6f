// Every page works by plain forms (SPEC 9): the same walk with scripts switched off.
import { fill, many_allowed } from '../fill.ts';
import { type Person, answered, connectByForms, expect, test } from '../fixtures.ts';

const plain = { javaScriptEnabled: false };
const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };
const history = 120;
const page_messages = 50;

test.use({ settings: many_allowed });

/** Nothing that a script would have to answer can be seen, and the page is not wider than its window. */
async function assertPlain({ page }: Person, name: string): Promise<void> {
  const visible = page.locator('button:not(form button):visible');
  expect(await visible.allInnerTexts(), `${name} has no button without a form`).toEqual([]);
  await expect(page.getByText(/connecting|reconnecting|loading/i).filter({ visible: true }), name).toHaveCount(0);
  expect((await page.locator('html').boundingBox())?.width, `${name} is not wider than its window`).toBe(page.viewportSize()?.width);
}

for (const [width, viewport] of Object.entries(widths)) {
  test(`the whole walk by plain forms, ${width}`, async ({ person, visitor }) => {
    const bea = await person('bea', { ...plain, viewport });
    await assertPlain(bea, 'the empty inbox');
    const ana = await visitor('ana', { ...plain, viewport });
    await ana.visit('/');
    await expect(ana.page).toHaveURL(/\/login/);
    await assertPlain(ana, 'the login');
    await ana.registerByForm();
    await assertPlain(ana, 'the inbox');

    await connectByForms(ana, bea);
    await assertPlain(ana, 'people who were found');
    await assertPlain(bea, 'people');
    await bea.row(ana).getByRole('link', { name: 'Message' }).click();
    await expect(bea.page).toHaveURL(/\/r\/\d+$/);
    const room = new URL(bea.page.url()).pathname;
    await assertPlain(bea, 'an empty room');

    await fill(bea, room, history, (index) => `line ${index}`);
    await ana.visit('/');
    await ana.expectUnread(room, '99+');
    await assertPlain(ana, 'the inbox with something new');
    await ana.roomRow(room).click();
    await expect(ana.page.locator('article[data-cid]')).toHaveCount(page_messages);
    await assertPlain(ana, 'the room');

    const seqs = async () => (await ana.transcript()).map(({ seq }) => Number(seq));
    expect(await seqs()).toEqual(counted(71, 120));
    await ana.page.getByRole('link', { name: 'Older messages' }).click();
    expect(await seqs()).toEqual(counted(21, 70));
    await assertPlain(ana, 'the page before');
    await ana.page.getByRole('link', { name: 'Older messages' }).click();
    expect(await seqs()).toEqual(counted(1, 20));
    await expect(ana.page.getByRole('link', { name: 'Older messages' })).toHaveCount(0);
    await ana.page.getByRole('link', { name: 'Newer messages' }).click();
    expect(await seqs()).toEqual(counted(21, 70));
    await ana.page.getByRole('link', { name: 'Newer messages' }).click();
    expect(await seqs()).toEqual(counted(71, 120));
    await expect(ana.page.getByRole('link', { name: 'Newer messages' })).toHaveCount(0);

    await ana.page.getByRole('button', { name: 'Mark as read' }).click();
    await expect(ana.page.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
    await ana.say('all read');
    await expect(ana.bubble('all read')).toBeVisible();
    await ana.visit('/');
    await ana.expectUnread(room, undefined);
    await expect(ana.roomRow(room)).toContainText('You: all read');
    await ana.logOut();
    await ana.visit(room);
    await expect(ana.page).toHaveURL(/\/login/);
  });
}

/** first, first + 1, … last. */
const counted = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('two people connect, talk and read without JavaScript', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  await connectByForms(ana, bea);

  const room = await ana.open(bea);
  await ana.say('by plain form');
  await expect(ana.page).toHaveURL(room);
  await expect(ana.bubble('by plain form')).toBeVisible();
  await ana.expectTick('by plain form', 'sent');
  await expect(ana.composer).toHaveValue('');

  await bea.page.goto('/');
  await expect(bea.page.locator('[data-room]')).toContainText('by plain form');
  await bea.page.locator('[data-room]').getByRole('link').or(bea.page.locator('a[data-room]')).first().click();
  await expect(bea.page).toHaveURL(room);
  await expect(bea.bubble('by plain form')).toBeVisible();
  await bea.page.getByRole('button', { name: 'Mark as read' }).click();
  await bea.say('and answered');

  await ana.page.reload();
  await expect(ana.bubble('and answered')).toBeVisible();
  await ana.expectTick('by plain form', 'read');
});

test('going back and sending another text is another message', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  await connectByForms(ana, bea);
  await ana.open(bea);
  await ana.say('first');
  await expect(ana.bubble('first')).toBeVisible();
  await ana.page.goBack();
  await ana.say('second');
  await expect(ana.bubble('second')).toBeVisible();
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(2);
});

test('a form that is sent twice sends once', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  await connectByForms(ana, bea);
  const room = await ana.open(bea);
  await ana.composer.fill('only once');
  const cid = await ana.page.locator('input[name="cid"]').inputValue();
  await ana.page.getByRole('button', { name: 'Send' }).dblclick();
  await expect(ana.bubble('only once')).toBeVisible();
  // What a browser sends that is asked to send the form again.
  const again = await ana.page.request.post(ana.url(room), { headers: { origin: ana.origin }, form: { cid, content: 'only once' } });
  expect(again.status()).toBe(200);
  await ana.page.reload();
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(1);
});

test('a text that is too long is refused with a sentence, and is still there', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea', plain);
  ana.expects(answered(422));
  await connectByForms(ana, bea);
  await ana.open(bea);
  const text = 'too long '.repeat(1_200).trim();
  await ana.say(text);
  await expect(ana.page.getByRole('alert')).toContainText('10,000');
  await expect(ana.composer).toHaveValue(text);
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(0);
  await ana.say('short enough');
  await expect(ana.bubble('short enough')).toBeVisible();
  await expect(ana.page.getByRole('alert')).toHaveCount(0);
});

test('a message without JavaScript reaches somebody who has it', async ({ person }) => {
  const ana = await person('ana', plain);
  const bea = await person('bea');
  await connectByForms(ana, bea);
  await bea.openLive(ana);
  await ana.open(bea);
  await ana.say('from a plain page');
  await expect(bea.bubble('from a plain page')).toBeVisible();
});
