// Somebody with a browser of their own. Whatever their browser complains about fails the test, unless the test has said that it will.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, type WebSocket, expect } from '@playwright/test';

export const password = 'a long enough secret';

/** The page of people looks for news by itself while it is open: whoever waits there when the server goes did not ask for anything. */
const isLook = (url: string): boolean => URL.canParse(url) && new URL(url).pathname === '/people';

/** What the browser of somebody has complained about, in all of its tabs. */
class Complaints {
  readonly #said: string[] = [];
  readonly #expected: RegExp[] = [];

  expect(complaints: RegExp[]): void {
    this.#expected.push(...complaints);
  }

  list(): string[] {
    return this.#said.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (isLook(message.location().url) && message.text().includes('net::ERR_')) return;
      // A page that is left takes along what the browser loads to offer its installation; a test of its own looks at these icons.
      if (message.text().startsWith('Error while trying to use the following icon from the Manifest')) return;
      if (['error', 'warning'].includes(message.type())) this.#said.push(`console ${message.type()}: ${message.text()}`);
    });
    context.on('weberror', (error) => this.#said.push(`page error: ${error.error().stack ?? error.error().message}`));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // A page that is left takes its requests with it, those of its service worker by the second word; one that stays complains
      // of that in its console as well.
      if (!['net::ERR_ABORTED', 'net::ERR_FAILED'].includes(reason) && !isLook(request.url())) this.#said.push(`request failed: ${request.method()} ${request.url()} ${reason}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) this.#said.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
  }
}

/** One entry of a room's log, as the server holds it. */
export type Logged = { seq: number; cid: string; author: string; text: string };

/** One tab of somebody's browser. */
export class Person {
  readonly #sockets: WebSocket[] = [];

  private constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly origin: string,
    readonly complaints: Complaints,
  ) {
    page.on('websocket', (socket) => this.#sockets.push(socket));
  }

  /** In a browser of their own, which ends with the test. */
  static async arrive(name: string, browser: Browser, options: BrowserContextOptions): Promise<Person> {
    return Person.within(name, await browser.newContext(options), options.baseURL ?? '');
  }

  /** In a browser that is there. */
  static async within(name: string, context: BrowserContext, origin: string): Promise<Person> {
    const complaints = new Complaints();
    complaints.watch(context);
    return new Person(name, context, context.pages()[0] ?? (await context.newPage()), origin, complaints);
  }

  /** Another tab of the same browser, at a path; `name` is who is or will be signed in there. */
  async tab(path = '', name = this.name): Promise<Person> {
    const tab = new Person(name, this.context, await this.context.newPage(), this.origin, this.complaints);
    if (path !== '') await tab.visit(path);
    return tab;
  }

  /** An address of the site; only browsers that a test has configured know it by the path alone. */
  url(path: string): string {
    return new URL(path, this.origin).href;
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(this.url(path));
  }

  /** "ana" is shown as "Ana". */
  get displayName(): string {
    return this.name.charAt(0).toUpperCase() + this.name.slice(1);
  }

  /** Names complaints that belong to the test, such as the refused page that it asks for. */
  expects(...complaints: RegExp[]): void {
    this.complaints.expect(complaints);
  }

  problems(): string[] {
    return this.complaints.list();
  }

  async registerByForm(): Promise<void> {
    await this.visit('/register');
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Display name').fill(this.displayName);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await expect(this.page).toHaveURL(this.url('/'));
  }

  /** By the form's request alone: most tests are about something else. */
  async register(displayName = this.displayName): Promise<void> {
    await this.post('/register', { username: this.name, display_name: displayName, password });
    await this.visit('/');
  }

  /** Sends a form without the page that it stands on, and keeps the cookie that is given. The server is on this machine, whatever the
   * browser calls it. */
  async post(path: string, form: Record<string, string>): Promise<void> {
    const { origin, host, port } = new URL(this.origin);
    const cookies = await this.context.cookies(origin);
    const headers = {
      host,
      origin,
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      'content-type': 'application/x-www-form-urlencoded',
    };
    const asked = request({ port, path, method: 'POST', headers }).end(new URLSearchParams(form).toString());
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode, `the form is taken by ${path}`).toBe(303);
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = '', lasting_s = ''] = /^([^=]*)=([^;]*).*;\s*Max-Age=(\d+)/i.exec(cookie) ?? [];
      const expires = Math.floor(Date.now() / 1_000) + Number(lasting_s);
      await this.context.addCookies([{ name, value, url: origin, expires, httpOnly: true, sameSite: 'Lax' }]);
    }
  }

  async logIn(secret = password): Promise<void> {
    await this.visit('/login');
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password').fill(secret);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log out' }).click();
    await expect(this.page).toHaveURL(this.url('/login'));
  }

  /** The row of somebody on the page of people, found by their username. */
  async find(other: Person): Promise<Locator> {
    await this.visit('/people');
    await this.page.getByLabel('Find people').fill(other.name);
    await this.page.getByLabel('Find people').press('Enter');
    return this.row(other);
  }

  row(other: Person): Locator {
    return this.page.locator(`[data-person="${other.name}"]`);
  }

  /** The conversation with somebody; answers its path. */
  async open(other: Person): Promise<string> {
    await this.visit(`/dm/${other.name}`);
    await expect(this.page).toHaveURL(/\/r\/\d+$/);
    await expect(this.page.locator('[data-conversation]')).toBeVisible();
    return new URL(this.page.url()).pathname;
  }

  /** A room's whole log, asked of the server itself: no cache and no screen stands between. */
  async log(room: string): Promise<Logged[]> {
    const entries: Logged[] = [];
    for (let head = 1, to = 0; to < head; ) {
      const response = await this.context.request.post(this.url('/api/fn/history'), {
        headers: { origin: this.origin },
        data: { room: roomNumber(room), before: null, after: to },
      });
      expect(response.status(), 'the log is readable').toBe(200);
      const { page } = await response.json();
      for (const { seq, cid, author, message } of page.events) {
        entries.push({ seq, cid, author: author.username, text: message?.content ?? '' });
      }
      ({ head, to } = page);
    }
    return entries;
  }

  /** Waits until the island is hydrated and its socket connected. */
  async live(): Promise<void> {
    await expect(this.page.locator('[data-live="true"]')).toBeAttached();
  }

  /** Waits until this tab is the one of its browser that sends and notifies. */
  async leads(): Promise<void> {
    await expect(this.page.locator('.chat[data-leader="true"]')).toBeAttached();
  }

  /** Waits until the service worker serves this tab. */
  async installed(): Promise<void> {
    // Not by frames: a tab behind another has none.
    await expect.poll(() => this.page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
  }

  async openLive(other: Person): Promise<string> {
    const path = await this.open(other);
    await this.live();
    return path;
  }

  /** The latest socket. An earlier one may belong to a document that was left, and then never reports its end. */
  socket(): WebSocket | undefined {
    return this.#sockets.at(-1);
  }

  /** The connection line. */
  get link(): Locator {
    return this.page.locator('[data-link]');
  }

  async expectLink(state: string, timeout_ms?: number): Promise<void> {
    await expect(this.link).toHaveAttribute('data-state', state, { timeout: timeout_ms });
  }

  /** The row of a room in the list of conversations. */
  roomRow(room: string): Locator {
    return this.page.locator(`[data-room="${roomNumber(room)}"]`);
  }

  /** What the list says of a room's unread messages: "3", or nothing. */
  async expectUnread(room: string, count: string | undefined): Promise<void> {
    const badge = this.roomRow(room).locator('[data-unread]');
    if (count === undefined) await expect(badge).toHaveCount(0);
    else await expect(badge).toHaveAttribute('data-unread', count);
  }

  /** What the conversation says about something that went wrong. */
  get notice(): Locator {
    return this.page.locator('.conversation [role="alert"]');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  bubble(text: string): Locator {
    return this.page.locator('article[data-cid]').filter({ hasText: text });
  }

  /** The tick of one's own message: waiting, sent, delivered, read or refused. */
  tick(text: string): Locator {
    return this.bubble(text).locator('[data-tick]');
  }

  async expectTick(text: string, state: string, timeout_ms?: number): Promise<void> {
    await expect(this.tick(text)).toHaveAttribute('data-tick', state, { timeout: timeout_ms });
  }

  /** What the conversation holds, as it is shown: one line per message, in order. */
  async transcript(): Promise<{ seq: string | null; cid: string | null }[]> {
    return this.page
      .locator('article[data-cid]')
      .evaluateAll((all) => all.map((one) => ({ seq: one.getAttribute('data-seq'), cid: one.getAttribute('data-cid') })));
  }
}

/** "/r/7" is 7. */
export const roomNumber = (path: string): number => Number(path.split('/').pop());

/** Two people who may talk: one asks, the other accepts. Neither has a page of the site open then. */
export async function connect(asker: Person, asked: Person): Promise<void> {
  await asker.post('/people/request', { username: asked.name });
  await asked.post('/people/accept', { username: asker.name });
  for (const { page } of [asker, asked]) await page.goto('about:blank');
}

/** The same by the page of people, on which both are then. */
export async function connectByForms(asker: Person, asked: Person): Promise<void> {
  await (await asker.find(asked)).getByRole('button', { name: 'Connect' }).click();
  await expect(asker.row(asked).getByRole('button', { name: 'Cancel request' })).toBeVisible();
  await asked.visit('/people');
  await asked.row(asker).getByRole('button', { name: 'Accept' }).click();
  await expect(asked.row(asker).getByRole('link', { name: 'Message' })).toBeVisible();
}

/** What a browser says while its server is gone. */
export const server_gone = [/WebSocket connection to .* failed/, /ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/];

/** What a browser says about a page that answers with this status. */
export const answered = (status: number): RegExp => new RegExp(`status (of )?${status}\\b`);
