// A real Chromium process on a profile of its own, without what Playwright changes for tests: a tab behind another is hidden, focus
// is where the user is, Back may restore a page, and a process that is killed leaves on disk what it leaves.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type LaunchOptions, chromium } from '@playwright/test';
import { connect, expect, test as base } from './fixtures.ts';
import { type Change, Front } from './front.ts';
import { Person } from './person.ts';

const start_limit_ms = 20_000;
/** The one with windows, also where the other tests do without (playwright.config.ts). */
const whole_browser = process.env.CHROMIUM || chromium.executablePath();

type Options = {
  /** Where the site is, if not at the server's own address. */
  origin?: string;
  /** Further arguments of the process. */
  args?: string[];
};

export class Laptop {
  readonly #people: Person[] = [];
  #process: ChildProcess | undefined;
  #browser: Browser | undefined;

  private constructor(
    private readonly name: string,
    private readonly origin: string,
    private readonly profile: string,
    private readonly executable: string,
    private readonly args: string[],
  ) {}

  static async of(name: string, origin: string, { args = [] }: LaunchOptions): Promise<Laptop> {
    const profile = await mkdtemp(join(tmpdir(), 'twotick-profile-'));
    return new Laptop(name, origin, profile, whole_browser, args);
  }

  /** Starts the process (again) on the profile; answers its owner in its one empty tab. */
  async open(): Promise<Person> {
    const headless = ['--headless', '--no-first-run', '--no-default-browser-check', '--password-store=basic', '--use-mock-keychain'];
    const own = [`--user-data-dir=${this.profile}`, '--remote-debugging-port=0', 'about:blank'];
    const process = spawn(this.executable, [...headless, ...this.args, ...own], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = process;
    this.#browser = await chromium.connectOverCDP(await address(process), { noDefaults: true });
    const [context] = this.#browser.contexts();
    if (context === undefined) throw new Error('Chromium has no window.');
    const person = await Person.within(this.name, context, this.origin);
    this.#people.push(person);
    return person;
  }

  /** Closes the browser as its user does; it writes down what it has in mind, such as cookies. */
  async close(): Promise<void> {
    const session = await this.#browser?.newBrowserCDPSession();
    await this.#ended(() => session?.send('Browser.close'));
  }

  /** SIGKILL for the process and all of its renderers, as when the machine runs out of memory or power. */
  async kill(): Promise<void> {
    await this.#ended((process) => process.pid !== undefined && globalThis.process.kill(-process.pid, 'SIGKILL'));
  }

  problems(): string[] {
    return this.#people.flatMap((person) => person.problems().map((problem) => `${person.name}: ${problem}`));
  }

  async discard(): Promise<void> {
    await this.kill();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }

  async #ended(end: (process: ChildProcess) => unknown): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    await end(process);
    await exited;
  }
}

/** Chromium says on its error output where it listens. */
async function address(process: ChildProcess): Promise<string> {
  let said = '';
  process.stderr?.on('data', (chunk) => (said += chunk));
  const listening = /DevTools listening on (\S+)/;
  await expect
    .poll(() => listening.test(said) || process.exitCode !== null, { message: 'Chromium starts', timeout: start_limit_ms, intervals: [25] })
    .toBe(true);
  const found = listening.exec(said)?.[1];
  if (found === undefined) throw new Error(`Chromium did not start:\n${said}`);
  return found;
}

type Fixtures = {
  /** A browser with a process and a profile of its own, not started yet. */
  laptop: (name: string, options?: Options) => Promise<Laptop>;
  /** A reverse proxy before the server. */
  front: (change: Change) => Promise<Front>;
};

export const test = base.extend<Fixtures>({
  front: async ({ server }, use) => {
    const fronts: Front[] = [];
    await use(async (change) => {
      const front = await Front.start(server.port, change);
      fronts.push(front);
      return front;
    });
    for (const front of fronts) front.discard();
  },

  // Whoever comes by the network or a proxy leaves before it does.
  laptop: async ({ server, launchOptions, network: _, front: __ }, use) => {
    const laptops: Laptop[] = [];
    await use(async (name, { origin = server.url, args = [] } = {}) => {
      const laptop = await Laptop.of(name, origin, { ...launchOptions, args: [...(launchOptions.args ?? []), ...args] });
      laptops.push(laptop);
      return laptop;
    });
    const complaints = laptops.flatMap((laptop) => laptop.problems());
    for (const laptop of laptops) await laptop.discard();
    expect(complaints, 'the browsers have nothing to complain about').toEqual([]);
  },
});

/** For tests of who has the focus: without windows, a browser gives it to every page. */
export const windowed = test.extend<object, object>({
  browser: [
    async ({ launchOptions }, use) => {
      const browser = await chromium.launch({ ...launchOptions, executablePath: whole_browser });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
});

export { answered, connect, expect, password, server_gone } from './fixtures.ts';
export type { Person } from './person.ts';

/** The computer's person, registered and connected with another one, in a browser that was closed in between. */
export async function settle(computer: Laptop, other: Person): Promise<Person> {
  const before = await computer.open();
  await before.register();
  await connect(before, other);
  // Only now its cookies are on disk for certain.
  await computer.close();
  return computer.open();
}

/** Kills the process that draws a tab; the tab stays, dead. */
export async function crash({ context, page }: Person): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => {});
  await crashed;
}
