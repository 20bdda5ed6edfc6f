// One Twotick server as a child process, on a port and a data folder of its own. It is ended by its process id and nothing else.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';

const repository = resolve(import.meta.dirname, '..');
const binary = process.env.END2END_SERVER ?? join(repository, 'target/release/twotick');
const start_limit_ms = 20_000;
const stop_limit_ms = 15_000;

export type Settings = Record<string, string>;

// Below the range that the kernel gives to outgoing connections: a browser that reconnects must not be given the server's port.
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((done) => {
      probe.once('error', () => done(false));
      probe.listen(port, '127.0.0.1', () => done(true));
    });
    if (!free) continue;
    await new Promise((done) => probe.close(done));
    return port;
  }
}

export class Server {
  /** Everything that the server has printed since it was first started. */
  log = '';
  readonly url: string;
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    readonly settings: Settings,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(settings: Settings = {}): Promise<Server> {
    const dataDir = await mkdtemp(join(tmpdir(), 'twotick-end2end-'));
    const server = new Server(await freePort(), dataDir, settings);
    await server.up();
    return server;
  }

  /** Starts the process (again) on the same port and data, and waits until it is ready. */
  async up(): Promise<void> {
    const child = spawn(binary, ['serve'], { cwd: repository, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.log += chunk));
    child.once('error', (error) => (this.log += `${binary}: ${error.message}\n`));
    await expect
      .poll(() => this.#ready(), { message: 'the server becomes ready', timeout: start_limit_ms, intervals: [25, 50, 100] })
      .toBe(true);
  }

  /** SIGKILL: what a crash leaves behind. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM, as an operator stops it; answers the exit code, or null if it had to be killed. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** The same binary as a second process on the same data, such as `user ban ana`. */
  async command(...words: string[]): Promise<{ code: number; output: string }> {
    return new Promise((done) => {
      execFile(binary, words, { cwd: repository, env: this.#environment(), timeout: start_limit_ms }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, output: stdout + stderr });
      });
    });
  }

  async discard(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #ready(): Promise<boolean> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`The server did not start:\n${this.log}`);
    }
    const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
    return answer?.ok ?? false;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const limit = setTimeout(() => child.kill('SIGKILL'), stop_limit_ms);
    await exited;
    clearTimeout(limit);
    return child.exitCode;
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TWOTICK_') && !['DATABASE_URL', 'REDIS_URL'].includes(name),
    );
    return {
      ...Object.fromEntries(inherited),
      TWOTICK_LISTEN: `127.0.0.1:${this.port}`,
      TWOTICK_DATA_DIR: this.dataDir,
      ...this.settings,
    };
  }
}
