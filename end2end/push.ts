// A push service of the tests' own, and the browser's part that Chromium does not play here: it cannot reach a real one, so that
// `subscribe` answers with keys of the test, and what arrives is opened with them (RFC 8291) and handed to the service worker.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Worker } from '@playwright/test';
import { type Person, expect } from './browser.ts';

export class PushService {
  /** What has arrived, opened, in its order. */
  readonly letters: unknown[] = [];
  /** Where to. */
  readonly paths: string[] = [];
  /** What it answers from now on. */
  status = 201;
  readonly #key = createECDH('prime256v1');
  readonly #auth = randomBytes(16);

  private constructor(private readonly server: Server) {
    this.#key.generateKeys();
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      this.paths.push(request.url ?? '');
      this.letters.push(JSON.parse(this.#open(Buffer.concat(chunks))));
      response.writeHead(this.status).end();
    });
  }

  static async start(): Promise<PushService> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushService(server);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** What a subscription says of itself. */
  subscription(end = 'ana'): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const { port } = this.server.address() as AddressInfo;
    const keys = { p256dh: this.#key.getPublicKey('base64url'), auth: this.#auth.toString('base64url') };
    return { endpoint: `http://127.0.0.1:${port}/push/${end}`, keys };
  }

  /** Every page of this browser is subscribed here when it asks for that, and says so until it takes that back. */
  async serve({ context }: Person): Promise<void> {
    await context.addInitScript((told) => {
      const place = 'a test is subscribed';
      const subscribed = () => {
        const key = localStorage.getItem(place);
        if (key === null) return null;
        const padded = key.replaceAll('-', '+').replaceAll('_', '/');
        const applicationServerKey = Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0)).buffer;
        const unsubscribe = async () => localStorage.removeItem(place);
        return { ...told, options: { userVisibleOnly: true, applicationServerKey }, toJSON: () => told, unsubscribe };
      };
      const subscribe = async ({ applicationServerKey }: PushSubscriptionOptionsInit) => {
        localStorage.setItem(place, String(applicationServerKey));
        return subscribed();
      };
      Object.assign(PushManager.prototype, { subscribe, getSubscription: async () => subscribed() });
    }, this.subscription());
  }

  /** The letter at this place, once it is there. */
  async letter(place: number): Promise<unknown> {
    await expect.poll(() => this.letters.length, { message: `${place + 1} letters arrive` }).toBeGreaterThan(place);
    return this.letters[place];
  }

  /** Hands letters to the browser's service worker at once, as its push service would, and waits until it has done with them: Chromium
   * loses a notification that it is asked about while it comes up. */
  async deliver(person: Person, ...letters: unknown[]): Promise<void> {
    const worker = await workerOf(person);
    const before = await worker.evaluate(() => {
      const scope = globalThis as unknown as { pushed: (data: unknown) => Promise<void>; done?: number };
      if (scope.done === undefined) {
        const { pushed } = scope;
        scope.done = 0;
        scope.pushed = async (data) => {
          await pushed(data);
          scope.done = (scope.done ?? 0) + 1;
        };
      }
      return scope.done;
    });
    const session = await person.context.newCDPSession(person.page);
    let registrationId: string | undefined;
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrationId = registrations.find(({ isDeleted, scopeURL }) => !isDeleted && scopeURL === person.url('/'))?.registrationId ?? registrationId;
    });
    await session.send('ServiceWorker.enable');
    await expect.poll(() => registrationId, { message: 'the registration is known' }).toBeDefined();
    const to = { origin: person.origin, registrationId: String(registrationId) };
    await Promise.all(letters.map((letter) => session.send('ServiceWorker.deliverPushMessage', { ...to, data: JSON.stringify(letter) })));
    const done = () => worker.evaluate(() => (globalThis as unknown as { done: number }).done);
    await expect.poll(done, { message: 'the letters are read' }).toBe(before + letters.length);
    await session.detach();
  }

  /** RFC 8291 and 8188, with one record. */
  #open(sealed: Buffer): string {
    const [salt, length] = [sealed.subarray(0, 16), sealed.readUInt8(20)];
    const sender = sealed.subarray(21, 21 + length);
    const shared = this.#key.computeSecret(sender);
    const about = Buffer.concat([Buffer.from('WebPush: info\0'), this.#key.getPublicKey(), sender]);
    const secret = Buffer.from(hkdfSync('sha256', shared, this.#auth, about, 32));
    const derive = (name: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, bytes));
    const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const opened = Buffer.concat([cipher.update(sealed.subarray(21 + length, -16)), cipher.final()]);
    // What follows the text is a mark and what it was filled up with.
    return opened.subarray(0, opened.lastIndexOf(2)).toString();
  }
}

/** The service worker of somebody's browser. */
export async function workerOf({ context }: Person): Promise<Worker> {
  const own = () => context.serviceWorkers().find((worker) => worker.url().endsWith('/sw.js'));
  await expect.poll(() => own() !== undefined, { message: 'there is a service worker' }).toBe(true);
  const worker = own();
  if (worker === undefined) throw new Error('It has gone again.');
  return worker;
}
