// Whatever people write is text: in every field it is shown as it was written, or refused with a sentence; nothing of it runs, and no
// page becomes wider.
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { many_allowed } from '../fill.ts';
import { type Person, connect, expect, test } from '../fixtures.ts';
import { roomNumber } from '../person.ts';

const long = 10_000;

/** Each of them would leave a trace in the page if it ran: see `assertNothingRan`. */
const hostile: string[] = [
  '<script>window.ran=1</script>',
  '</script><script>window.ran=1</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<scr<script>ipt>window.ran=1</scr</script>ipt>',
  '<img src=x onerror=window.ran=1>',
  '<img src=x onerror="alert(1)">',
  '"><img src=x onerror=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '<svg onload=window.ran=1>',
  '<svg><script>window.ran=1</script></svg>',
  '<svg><animate onbegin=window.ran=1 attributeName=x dur=1s>',
  '<math><mi//xlink:href="data:x,<script>window.ran=1</script>">',
  '<body onload=window.ran=1>',
  '<iframe src="javascript:parent.ran=1"></iframe>',
  '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  '<object data="data:text/html,<script>window.ran=1</script>">',
  '<embed src="javascript:window.ran=1">',
  '<details open ontoggle=window.ran=1>',
  '<input autofocus onfocus=window.ran=1>',
  '<select autofocus onfocus=window.ran=1>',
  '<video><source onerror=window.ran=1></video>',
  '<a href="javascript:window.ran=1">click</a>',
  'javascript:window.ran=1',
  'JaVaScRiPt:window.ran=1',
  'java\tscript:window.ran=1',
  'data:text/html,<script>window.ran=1</script>',
  'vbscript:msgbox(1)',
  '" onmouseover="window.ran=1" autofocus onfocus="window.ran=1',
  "' onmouseover='window.ran=1' x='",
  '` onmouseover=window.ran=1 `',
  '</textarea><script>window.ran=1</script>',
  '</title><script>window.ran=1</script>',
  '</style><script>window.ran=1</script>',
  '</template><script>window.ran=1</script>',
  '</noscript><script>window.ran=1</script>',
  '--><script>window.ran=1</script>',
  '<!--<script>',
  '<![CDATA[<script>window.ran=1</script>]]>',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  '&lt;script&gt;window.ran=1&lt;/script&gt;',
  '&#60;script&#62;window.ran=1&#60;/script&#62;',
  '&amp;&quot;&#39;',
  '\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e',
  '\\x3cscript\\x3ewindow.ran=1',
  '%3Cscript%3Ewindow.ran=1%3C/script%3E',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=//evil.example/">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<style>body{display:none}</style>',
  '<div style="position:fixed;inset:0;background:red">',
  'background:url(javascript:window.ran=1)',
  '}body{display:none}/*',
  '<form action="//evil.example/"><button>',
  '{{constructor.constructor("window.ran=1")()}}',
  '${window.ran=1}',
  '#{window.ran=1}',
  '<%= window.ran=1 %>',
  '{{7*7}}',
  '{"__proto__":{"ran":1}}',
  "'; drop table users; --",
  "' or '1'='1",
  '") or 1=1 --',
  "'; select pg_sleep(10); --",
  '1; attach database "x" as y',
  '%00',
  '%s%s%s%n%x',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '| cat /etc/passwd',
  '`id` $(id) ; id',
  '\r\nSet-Cookie: ran=1',
  'a\u2028b\u2029c',
  '\u202Eright to left\u202C',
  '\u2066isolated and never ended',
  '\u200b\u200c\u200d\ufeff!',
  `z${'\u0300\u0301\u0316\u0317\u031b\u0338\u0340'.repeat(8)}`,
  '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466} \u{1F1F8}\u{1F1EE} \u{1F44D}\u{1F3FD} 1\ufe0f\u20e3',
  'السلام عليكم <b>مرحبا</b>',
  'שלום 123 abc',
  '\ud83d half of a pair',
  '\uFFFD\uFFFE\uFFFF',
  '\u0007\u001b[31mred\u001b[0m',
  '=HYPERLINK("//evil.example")',
  '[click](javascript:window.ran=1)',
  '![x](x"onerror="window.ran=1)',
  '<xmp><script>window.ran=1</script>',
  '<plaintext>',
];

/** Formatting that is not what it seems: what is typed, and what it looks like. */
const formatting: [string, string][] = [
  ...[
    '[click](JaVaScRiPt:window.ran=1)',
    '[click](java\tscript:window.ran=1)',
    '[click](&#x6a;avascript:window.ran=1)',
    '[click](javascript&colon;window.ran=1)',
    '[click](<javascript:window.ran=1>)',
    '[click](\u0001javascript:window.ran=1)',
    '[click](javascript://example.org/%0awindow.ran=1)',
    '[click](data:text/html,<script>window.ran=1</script>)',
    '[click](vbscript:window.ran=1)',
    '[click](//evil.example)',
    '[a [b](javascript:window.ran=1) c](javascript:window.ran=1)',
    '![x](javascript:window.ran=1)',
    '[x]: javascript:window.ran=1',
    '<javascript:window.ran=1>',
    'https://example.org/"onmouseover="window.ran=1',
    '<https://example.org/"onmouseover="window.ran=1>',
    '[x](https://example.org/"onmouseover="window.ran=1)',
    "[x](https://example.org/'onmouseover='window.ran=1 autofocus onfocus=window.ran=1)",
    '[https://bank.example](https://evil.example)',
    'https://example.org/\u202Egpj.exe',
    '[\u200b](https://evil.example)',
    '<a href="https://example.org/" onclick="window.ran=1">x</a>',
  ].map((text): [string, string] => [text, text]),
  ['`id` $(id) ; id', 'id $(id) ; id'],
  ['` onmouseover=window.ran=1 `', 'onmouseover=window.ran=1'],
  ['[\u202Egro.elpmaxe](https://evil.example)', '\u202Egro.elpmaxe'],
  ['[<img src=x onerror=window.ran=1>](https://example.org)', '<img src=x onerror=window.ran=1>'],
  ['**<img src=x onerror=window.ran=1>**', '<img src=x onerror=window.ran=1>'],
  ['~~</s><script>window.ran=1</script>~~', '</s><script>window.ran=1</script>'],
  ['`</code><script>window.ran=1</script>`', '</code><script>window.ran=1</script>'],
  ['```html\n</pre><script>window.ran=1</script>\n```', '</pre><script>window.ran=1</script>'],
  ['> </blockquote><script>window.ran=1</script>', '</blockquote><script>window.ran=1</script>'],
  ['- </li><script>window.ran=1</script>\n- [x](javascript:window.ran=1)', '</li><script>window.ran=1</script>[x](javascript:window.ran=1)'],
  [`${'> '.repeat(500)}deep`, ''],
  ['[a](https://a.example '.repeat(400), ''],
  ['**a _b '.repeat(1_000), ''],
];

/** What a text that is stored looks like. */
const looks = new Map(formatting.filter(([, looks]) => looks !== ''));
const look = (text: string): string => looks.get(text) ?? text;

/** Whatever a text was made of: known elements, and links that lead to pages and letterboxes. */
async function assertTame({ page }: Person): Promise<void> {
  const odd = await page.locator('.text').evaluateAll((texts) => {
    const known = ['A', 'B', 'BLOCKQUOTE', 'CODE', 'I', 'LI', 'OL', 'PRE', 'S', 'UL'];
    const names = ['dir', 'href', 'referrerpolicy', 'rel', 'start', 'target'];
    const isOdd = (one: Element): boolean =>
      !known.includes(one.tagName) ||
      one.getAttributeNames().some((name) => !names.includes(name)) ||
      (one instanceof HTMLAnchorElement && !(/^(https?|mailto):/.test(one.href) && one.target === '_blank' && one.relList.contains('noopener')));
    return texts.flatMap((text) => [...text.querySelectorAll('*')].filter(isOdd).map((one) => one.outerHTML));
  });
  expect(odd).toEqual([]);
}

test.use({ settings: { ...many_allowed, TWOTICK_PASSWORDLESS: 'true', TWOTICK_REGISTRATIONS_PER_HOUR_MAX: '1000' } });

async function assertNothingRan({ page }: Person, name: string): Promise<void> {
  const { ran, wide } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { ran: 'ran' in window || Object.hasOwn(Object.prototype, 'ran'), wide: scrollWidth - clientWidth };
  });
  expect(ran, `nothing ran in ${name}`).toBe(false);
  expect(wide, `${name} is not wider than its window`).toBeLessThanOrEqual(0);
}

/** A dialog is as good as a script that ran. */
function forbidDialogs(page: Page): void {
  page.on('dialog', (dialog) => {
    throw new Error(`a dialog: ${dialog.message()}`);
  });
}

/** Half of a pair is no text: another sign takes its place on the way. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** As it is stored and shown: without white space around, and with one sign for the end of a line. */
const kept = (text: string): string => wellFormed(text).replaceAll(/\r\n?/g, '\n').trim();

function newCid(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

test('there are at least sixty hostile texts, all different', () => {
  expect(new Set(hostile).size).toBe(hostile.length);
  expect(hostile.length).toBeGreaterThanOrEqual(60);
});

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test(`a conversation of hostile texts, ${viewport.width} px`, async ({ person }) => {
    const ana = await person('ana', { viewport });
    const bea = await person('bea', { viewport });
    for (const { page } of [ana, bea]) forbidDialogs(page);
    await connect(ana, bea);
    const room = await bea.openLive(ana);
    await ana.openLive(bea);

    const texts = [...hostile, ...formatting.map(([text]) => text).filter((text) => !hostile.includes(text)), 'W'.repeat(long), `https://example.org/${'a'.repeat(long - 20)}`];
    // A third by the composer, a third by a server function, a third by the plain form.
    for (const [index, text] of texts.entries()) {
      if (index % 3 === 0) {
        await ana.composer.fill(text);
        await ana.composer.press('ControlOrMeta+Enter');
        await expect(ana.composer).toHaveValue('');
      } else if (index % 3 === 1) {
        const data = { cid: newCid(), room: roomNumber(room), content: wellFormed(text) };
        const answer = await ana.page.request.post(ana.url('/api/fn/send'), { headers: { origin: ana.origin }, data });
        expect(answer.status(), text).toBe(200);
      } else {
        const form = { cid: newCid(), content: text };
        const answer = await ana.page.request.post(ana.url(room), { headers: { origin: ana.origin }, form });
        expect(answer.status(), text).toBe(200);
      }
    }
    await expect.poll(async () => (await ana.log(room)).length).toBe(texts.length);
    const stored = (await ana.log(room)).map(({ text }) => text).sort();
    expect(stored).toEqual(texts.map(kept).sort());

    // What is on the screen is a part of it, as it was written: at the end, and after a reload.
    const known = new Set(stored.map(look));
    for (const reader of [ana, bea]) {
      for (const path of [undefined, room]) {
        if (path !== undefined) await reader.visit(path);
        await reader.live();
        await expect(reader.bubble('example.org').or(reader.bubble('plaintext')).first()).toBeAttached();
        const shown = await reader.page.locator('article[data-cid] .text').evaluateAll((all) => all.map((one) => one.textContent ?? ''));
        expect(shown.length).toBeGreaterThan(10);
        const isWhole = (text: string): boolean => text.endsWith('deep') || text.includes('a.example') || text.startsWith('**a _b');
        expect(shown.filter((text) => !known.has(text) && !isWhole(text))).toEqual([]);
        await assertTame(reader);
        await assertNothingRan(reader, 'the room');
      }
    }
    await ana.visit('/');
    await ana.live();
    await assertNothingRan(ana, 'the inbox');
  });
}

test('hostile edits are text, where they are quoted as well', async ({ pair: [ana, bea] }) => {
  for (const { page } of [ana, bea]) forbidDialogs(page);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('harmless');
  await ana.expectTick('harmless', 'read');
  const seq = Number(await ana.bubble('harmless').getAttribute('data-seq'));
  const answer = { cid: newCid(), room: roomNumber(room), content: 'an answer', reply_to: seq };
  const post = (path: string, data: unknown) => ana.page.request.post(ana.url(path), { headers: { origin: ana.origin }, data });
  expect((await post('/api/fn/send', answer)).status()).toBe(200);
  const read = (person: Person, part: string) => async (): Promise<string> => (await person.page.locator(part).first().textContent()) ?? '';
  for (const text of [...hostile, ...looks.keys()].filter((text, index, all) => all.indexOf(text) === index)) {
    const amendment = { act: 'edit', content: wellFormed(text) };
    const edited = await post('/api/fn/amend', { cid: newCid(), room: roomNumber(room), target: seq, amendment });
    expect(edited.status(), text).toBe(200);
    for (const person of [ana, bea]) {
      await expect.poll(read(person, '.bubble .text')).toBe(look(kept(text)));
      await assertTame(person);
      await expect.poll(read(person, '.bubble .quote span')).toBe([...kept(text)].slice(0, 140).join('').replaceAll(/[^\S\uFEFF]/g, ' '));
      await assertNothingRan(person, `the room with ${text}`);
    }
  }
  const bad = await post('/api/fn/amend', {
    cid: newCid(),
    room: roomNumber(room),
    target: seq,
    amendment: { act: 'react', emoji: '<img src=x onerror=window.ran=1>' },
  });
  expect(bad.status()).toBe(422);
  await bea.page.reload();
  await bea.live();
  await assertNothingRan(bea, 'the room, loaded anew');
});

test('hostile drafts come back as they were', async ({ pair: [ana, bea] }) => {
  forbidDialogs(ana.page);
  await ana.openLive(bea);
  for (const text of hostile.filter((text) => text.includes('textarea') || text.includes('\u202E') || text.includes('-->'))) {
    await ana.composer.fill(text);
    await ana.page.reload();
    await ana.live();
    await expect(ana.composer).toHaveValue(kept(text));
    await assertNothingRan(ana, 'a room with a draft');
  }
});

test('hostile names are shown as they are, or refused with a sentence', async ({ person }) => {
  const ana = await person('ana', { viewport: { width: 390, height: 844 } });
  forbidDialogs(ana.page);
  const [names, statuses] = [new Map<string, string>(), new Map<string, string>()];
  for (const [index, text] of hostile.entries()) {
    const display_name = [...text].slice(0, 64).join('');
    const context = await ana.context.browser()?.newContext({ baseURL: ana.origin });
    const headers = { origin: ana.origin };
    const bad = await context?.request.post('/register', { headers, form: { username: text, display_name: 'x' }, maxRedirects: 0 });
    expect(bad?.status(), `${text} is no username`).toBe(422);
    expect(await bad?.text()).toContain('data-code="bad_username"');
    const username = `h${index}`;
    const answer = await context?.request.post('/register', { headers, form: { username, display_name }, maxRedirects: 0 });
    if (answer?.status() === 303) {
      names.set(username, kept(display_name));
      const status = [...text].slice(0, 100).join('');
      const told = await context?.request.post('/settings', { headers, form: { display_name, status }, maxRedirects: 0 });
      if (told?.status() === 303) statuses.set(username, kept(status));
      else expect(await told?.text(), text).toContain('data-code="bad_status"');
      await context?.request.post('/people/request', { headers, form: { username: 'ana', q: '' } });
    } else {
      expect(answer?.status(), text).toBe(422);
      expect(await answer?.text(), text).toContain('data-code="bad_display_name"');
    }
    await context?.close();
  }
  expect(names.size).toBeGreaterThanOrEqual(60);
  expect(statuses.size).toBeGreaterThanOrEqual(60);

  await ana.visit('/people');
  const shown = await ana.page.locator('[data-person]').evaluateAll((rows) =>
    rows.map((row): [string, string] => [row.getAttribute('data-person') ?? '', row.querySelector('.name')?.textContent ?? '']),
  );
  expect(new Map(shown.sort())).toEqual(new Map([...names].sort()));
  const says = await ana.page.locator('[data-person]:has(.says)').evaluateAll((rows) =>
    rows.map((row): [string, string] => [row.getAttribute('data-person') ?? '', row.querySelector('.says')?.textContent ?? '']),
  );
  expect(new Map(says.sort())).toEqual(new Map([...statuses].sort()));
  await assertNothingRan(ana, 'people');

  for (const username of [...names.keys()].slice(0, 12)) {
    await ana.page.request.post(ana.url('/people/accept'), { headers: { origin: ana.origin }, form: { username, q: '' } });
  }
  await ana.visit('/');
  await ana.live();
  for (const [, name] of [...names].slice(0, 12)) await expect(ana.page.locator('.row-title').getByText(name, { exact: true })).toBeAttached();
  await assertNothingRan(ana, 'the inbox');
  const [first = ''] = names.keys();
  await ana.visit(`/dm/${first}`);
  await ana.live();
  await expect(ana.page.locator('.room-head h1')).toHaveText(names.get(first) ?? '');
  await expect(ana.page.locator('.room-head .status')).toContainText(statuses.get(first) ?? '');
  expect(await ana.page.title()).toContain(names.get(first));
  await assertNothingRan(ana, 'the room of a hostile name');
});

test('a hostile search and a hostile way back stay words', async ({ person, visitor }) => {
  const ana = await person('ana', { viewport: { width: 390, height: 844 } });
  const guest = await visitor('guest');
  for (const { page } of [ana, guest]) forbidDialogs(page);
  const other = await ana.context.browser()?.newContext({ baseURL: ana.origin });
  const ways = ['//evil.example', '/\\evil.example', 'https://evil.example', '/%0d%0aSet-Cookie: ran=1', 'W'.repeat(long / 4)];
  for (const [index, text] of [...hostile, ...ways].entries()) {
    const query = encodeURIComponent(wellFormed(text));
    await ana.visit(`/people?q=${query}`);
    // A field of one line has no ends of lines.
    await expect(ana.page.getByRole('searchbox')).toHaveValue(wellFormed(text).replaceAll(/[\r\n]/g, ''));
    await assertNothingRan(ana, `the search for ${text}`);
    const login = await guest.page.request.get(guest.url(`/login?next=${query}`));
    expect(await login.text(), text).toMatch(/name="next" value="\/"/);
    const form = { username: `h${index}`, next: text };
    const answer = await other?.request.post('/login', { headers: { origin: ana.origin }, form, maxRedirects: 0 });
    expect(answer?.status(), text).toBe(303);
    expect(answer?.headers().location, text).toBe('/');
  }
  await other?.close();
});

test('bytes that are no text are refused', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  const headers = { origin: ana.origin };
  const json = { ...headers, 'content-type': 'application/json' };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const message = (content: string) => `{"cid":"${newCid()}","room":${roomNumber(room)},"content":"${content}"}`;
  const post = async (path: string, headers: Record<string, string>, data: string | Buffer) =>
    (await ana.page.request.post(ana.url(path), { headers, data: Buffer.from(data) })).status();
  for (const content of ['\\ud83d', '\\ud83d\\ud83d', '\\u0000']) expect(await post('/api/fn/send', json, message(content)), content).toBe(400);
  const broken = Buffer.concat([Buffer.from(message('x').slice(0, -2)), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]);
  expect(await post('/api/fn/send', json, broken)).toBe(400);
  expect(await post(room, form, 'content=%00')).toBe(400);
  expect((await ana.log(room)).filter(({ text }) => text.includes('\0'))).toEqual([]);
  await ana.say('still well');
  await ana.expectTick('still well', 'sent');
});
