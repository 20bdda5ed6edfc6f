// Somebody with a browser of their own. Whatever their browser complains about fails the test, unless the test has said that it will.
import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, type WebSocket, expect } from '@playwright/test';

export const password = 'a long enough secret';

export class Person {
  readonly #sockets: WebSocket[] = [];
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  private constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(name: string, browser: Browser, options: BrowserContextOptions): Promise<Person> {
    const context = await browser.newContext(options);
    const person = new Person(name, context, await context.newPage());
    person.#watch();
    return person;
  }

  /** "ana" is shown as "Ana". */
  get displayName(): string {
    return this.name.charAt(0).toUpperCase() + this.name.slice(1);
  }

  /** Names complaints that belong to the test, such as the refused page that it asks for. */
  expects(...complaints: RegExp[]): void {
    this.#expected.push(...complaints);
  }

  problems(): string[] {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  async register(): Promise<void> {
    await this.page.goto('/register');
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Display name').fill(this.displayName);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await expect(this.page).toHaveURL('/');
  }

  async logIn(secret = password): Promise<void> {
    await this.page.goto('/login');
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password').fill(secret);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log out' }).click();
    await expect(this.page).toHaveURL('/login');
  }

  /** The row of somebody on the page of people, found by their username. */
  async find(other: Person): Promise<Locator> {
    await this.page.goto('/people');
    await this.page.getByLabel('Find people').fill(other.name);
    await this.page.getByLabel('Find people').press('Enter');
    return this.row(other);
  }

  row(other: Person): Locator {
    return this.page.locator(`[data-person="${other.name}"]`);
  }

  /** The conversation with somebody; answers its path. */
  async open(other: Person): Promise<string> {
    await this.page.goto(`/dm/${other.name}`);
    await expect(this.page).toHaveURL(/\/r\/\d+$/);
    await expect(this.page.locator('[data-conversation]')).toBeVisible();
    return new URL(this.page.url()).pathname;
  }

  /** Waits until the island is hydrated and its socket connected. */
  async live(): Promise<void> {
    await expect(this.page.locator('[data-live="true"]')).toBeAttached();
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

  async expectTick(text: string, state: string, timeout_ms = 10_000): Promise<void> {
    await expect(this.tick(text)).toHaveAttribute('data-tick', state, { timeout: timeout_ms });
  }

  /** What the conversation holds, as it is shown: one line per message, in order. */
  async transcript(): Promise<{ seq: string | null; cid: string | null }[]> {
    return this.page
      .locator('article[data-cid]')
      .evaluateAll((all) => all.map((one) => ({ seq: one.getAttribute('data-seq'), cid: one.getAttribute('data-cid') })));
  }

  #watch(): void {
    this.context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#problems.push(`console ${message.type()}: ${message.text()}`);
    });
    this.context.on('weberror', (error) => this.#problems.push(`page error: ${error.error().stack ?? error.error().message}`));
    this.context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // A page that is left takes its requests with it.
      if (reason !== 'net::ERR_ABORTED') this.#problems.push(`request failed: ${request.method()} ${request.url()} ${reason}`);
    });
    this.context.on('response', (response) => {
      if (response.status() >= 400) this.#problems.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
    const listen = (page: Page) => page.on('websocket', (socket) => this.#sockets.push(socket));
    listen(this.page);
    this.context.on('page', listen);
  }
}

/** Two people who may talk: one asks, the other accepts. */
export async function connect(asker: Person, asked: Person): Promise<void> {
  await (await asker.find(asked)).getByRole('button', { name: 'Connect' }).click();
  await expect(asker.row(asked).getByRole('button', { name: 'Cancel request' })).toBeVisible();
  await asked.page.goto('/people');
  await asked.row(asker).getByRole('button', { name: 'Accept' }).click();
  await expect(asked.row(asker).getByRole('link', { name: 'Message' })).toBeVisible();
}

/** What a browser says while its server is gone. */
export const server_gone = [/WebSocket connection to .* failed/, /ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/];

/** What a browser says about a page that answers with this status. */
export const answered = (status: number): RegExp => new RegExp(`status (of )?${status}\\b`);
