// A network between browsers and their server whose faults a test switches: real connections, nothing in the page is replaced.
import { once } from 'node:events';
import { type Server as Listener, type Socket, createServer } from 'node:net';
import { Connection } from './proxy/connection.ts';
import { type Cut, type Direction, type Ending, Faults, type Rewrite } from './proxy/faults.ts';
import { type Message, opcode } from './proxy/frames.ts';

export type { Cut, Direction, Ending } from './proxy/faults.ts';

/** A frame of the socket, as docs/protocol.md has it. */
export type Frame = { type: string; [field: string]: unknown };

/** What a browser says of connections that end early, beside what it says of a server that is gone. */
export const network_gone = [
  /ERR_SOCKET_NOT_CONNECTED/,
  /ERR_CONNECTION_CLOSED/,
  /ERR_CONTENT_LENGTH_MISMATCH/,
  /ERR_INCOMPLETE_CHUNKED/,
  /ERR_INVALID_HTTP_RESPONSE/,
  /ERR_RESPONSE_HEADERS_TRUNCATED/,
];

export class Proxy {
  readonly url: string;
  /** Every connection that came, in this order; not those that were closed on accept. */
  readonly connections: Connection[] = [];
  /** When connections were closed on accept, in milliseconds of `performance.now()`. */
  readonly refused_ms: number[] = [];
  readonly #faults = new Faults();

  private constructor(
    private readonly listener: Listener,
    port: number,
    private readonly target: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    listener.on('connection', (browser) => this.#accept(browser));
  }

  static async start(server: { port: number }): Promise<Proxy> {
    const listener = createServer({ allowHalfOpen: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return new Proxy(listener, address.port, server.port);
  }

  discard(): void {
    this.listener.close();
    this.cut();
  }

  /** The connections that asked for a socket, refused ones too. */
  get sockets(): Connection[] {
    return this.connections.filter((connection) => connection.isSocket);
  }

  /** The frames that browsers sent over their sockets and that passed. */
  sent(type: string): Frame[] {
    const frames: Frame[] = this.sockets.flatMap((socket) => socket.sent.map((text) => JSON.parse(text)));
    return frames.filter((frame) => frame.type === type);
  }

  /** Ends every connection now. */
  cut(ending: Ending = 'reset'): void {
    for (const connection of this.connections) connection.cut(ending);
  }

  /** Asks for each open and each later connection when to cut it. Without a plan nothing is cut any more. */
  cutBy(plan?: () => Cut | undefined): void {
    this.#faults.plan = plan;
    for (const connection of this.connections.filter((one) => one.isOpen)) connection.follow();
  }

  /** What is closed at once from now on: nothing, requests for a socket, or every connection on accept. */
  refuse(what: 'nothing' | 'sockets' | 'everything'): void {
    this.#faults.refused = what;
  }

  /** Open connections and new ones carry nothing in these directions, without an end. What has swallowed stays dead. */
  swallow(...directions: Direction[]): void {
    this.#faults.swallowed.clear();
    for (const direction of directions) this.#faults.swallowed.add(direction);
  }

  /** What comes in these directions waits; in the others, what has waited passes. */
  hold(...directions: Direction[]): void {
    this.#faults.held.clear();
    for (const direction of directions) this.#faults.held.add(direction);
    for (const connection of this.connections) connection.release();
  }

  /** From now on every piece travels for this long. */
  delay(delay_ms: number): void {
    this.#faults.delay_ms = delay_ms;
  }

  /** Says something to every browser with a socket as if the server had: text for a string, binary for bytes. */
  inject(content: Frame | Buffer | string): void {
    const live = this.sockets.filter((socket) => socket.isLive);
    if (live.length === 0) throw new Error('There is no socket to say that on.');
    for (const socket of live) socket.inject(written(content));
  }

  /** Changes the server's frames on their way; an empty list drops one. Answers how to end it. */
  rewrite(change: (frame: Frame) => (Frame | Buffer | string)[]): () => void {
    return this.#rewriting((message) => {
      const frame = frameIn(message);
      if (frame === undefined) return [message];
      return change(frame).map((one) => (one === frame ? message : written(one)));
    });
  }

  /** Drops the next frames of a kind; answers how many are still to come. */
  dropNext(type: string, count = 1): () => number {
    let left = count;
    const end = this.rewrite((frame) => {
      if (frame.type !== type) return [frame];
      left -= 1;
      if (left === 0) end();
      return [];
    });
    return () => left;
  }

  /** Keeps the frames of a kind back, while others pass, until they are released. */
  keepBack(type: string): { count: () => number; release: () => void } {
    const kept: { connection: Connection; text: string }[] = [];
    const end = this.#rewriting((message, connection) => {
      if (frameIn(message)?.type !== type) return [message];
      kept.push({ connection, text: message.payload.toString() });
      return [];
    });
    return {
      count: () => kept.length,
      release: () => {
        end();
        for (const { connection, text } of kept) if (connection.isLive) connection.inject(text);
      },
    };
  }

  #rewriting(rewrite: Rewrite): () => void {
    const { rewrites } = this.#faults;
    rewrites.push(rewrite);
    return () => {
      if (rewrites.includes(rewrite)) rewrites.splice(rewrites.indexOf(rewrite), 1);
    };
  }

  #accept(browser: Socket): void {
    if (this.#faults.refused !== 'everything') {
      this.connections.push(new Connection(browser, this.target, this.#faults));
      return;
    }
    this.refused_ms.push(performance.now());
    browser.resetAndDestroy();
  }
}

function frameIn(message: Message): Frame | undefined {
  return message.opcode === opcode.text ? JSON.parse(message.payload.toString()) : undefined;
}

function written(content: Frame | Buffer | string): Buffer | string {
  return Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content);
}
