// One connection of a browser, carried to the server and back. On a socket, the server's messages can be changed on their way.
import { type Socket, connect } from 'node:net';
import type { Direction, Ending, Faults } from './faults.ts';
import { type Message, MessageReader, frameOf, opcode } from './frames.ts';
import { Lane } from './lane.ts';

const socket_path = '/ws';
const head_end = '\r\n\r\n';

export class Connection {
  /** When the browser came, in milliseconds of `performance.now()`. */
  readonly came_ms = performance.now();
  /** When the server's upgrade came; never for what is no socket. */
  upgraded_ms: number | undefined;
  /** The path of the first request, once its head was read. */
  path: string | undefined;
  /** The texts that went to the server, whole and unmasked. */
  readonly sent: string[] = [];
  /** The texts that went to the browser, also those that only the test has said. */
  readonly received: string[] = [];
  /** Whether the browser still has it. */
  isOpen = true;

  readonly #server: Socket;
  readonly #up: Lane;
  readonly #down: Lane;
  #ending: Ending = 'reset';
  readonly #asked = new HeadReader();
  readonly #answered = new HeadReader();
  readonly #messages = new MessageReader();
  readonly #taps = { up: new TextTap(this.sent), down: new TextTap(this.received) };

  constructor(
    private readonly browser: Socket,
    port: number,
    private readonly faults: Faults,
  ) {
    this.#server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#up = this.#lane('up', this.#server);
    this.#down = this.#lane('down', browser);
    browser.setNoDelay(true);
    browser.on('data', (bytes) => this.#fromBrowser(bytes));
    this.#server.on('data', (bytes) => this.#fromServer(bytes));
    this.#pass(browser, this.#up);
    this.#pass(this.#server, this.#down);
    browser.on('close', () => (this.isOpen = false));
    this.follow();
  }

  get isSocket(): boolean {
    return this.path === socket_path;
  }

  /** Whether frames can go to the browser. */
  get isLive(): boolean {
    return this.isOpen && this.upgraded_ms !== undefined;
  }

  /** Asks the plan when this connection is to be cut. */
  follow(): void {
    const cut = this.faults.plan?.();
    this.#ending = cut?.ending ?? 'reset';
    this.#up.limit(cut?.direction === 'up' ? cut.bytes : Number.POSITIVE_INFINITY);
    this.#down.limit(cut?.direction === 'down' ? cut.bytes : Number.POSITIVE_INFINITY);
  }

  release(): void {
    this.#up.release();
    this.#down.release();
  }

  cut(ending: Ending): void {
    this.isOpen = false;
    for (const socket of [this.browser, this.#server]) {
      if (socket.destroyed) continue;
      if (ending === 'reset') socket.resetAndDestroy();
      else socket.end(() => socket.destroy());
    }
  }

  /** Sends something to the browser as if the server had: text for a string, binary for bytes. */
  inject(content: string | Buffer): void {
    if (!this.isLive) throw new Error('Nothing can be said on this connection.');
    this.#down.push(frameOf(content));
  }

  #lane(direction: Direction, to: Socket): Lane {
    const onCarried = (bytes: Buffer) => {
      if (this.isSocket) this.#taps[direction].read(bytes);
    };
    return new Lane(direction, to, this.faults, onCarried, () => this.cut(this.#ending));
  }

  /** Passes the end of one side on to the other, as it came. */
  #pass(from: Socket, lane: Lane): void {
    from.on('end', () => lane.push('end'));
    from.on('error', () => {
      if (!lane.isSwallowing) this.cut('reset');
    });
  }

  #fromBrowser(bytes: Buffer): void {
    const piece = this.#asked.read(bytes);
    if (piece === undefined) return;
    if (piece.head !== undefined) {
      this.path = piece.head.split(' ')[1]?.split('?')[0];
      if (this.isSocket && this.faults.refused !== 'nothing') {
        this.cut('fin');
        return;
      }
    }
    this.#up.push(piece.bytes);
  }

  #fromServer(bytes: Buffer): void {
    if (!this.isSocket) {
      this.#down.push(bytes);
      return;
    }
    const piece = this.#answered.read(bytes);
    if (piece === undefined) return;
    let rest = piece.bytes;
    if (piece.head?.startsWith('HTTP/1.1 101')) {
      if (/^sec-websocket-extensions:/im.test(piece.head)) throw new Error('The proxy reads sockets without extensions only.');
      this.upgraded_ms = performance.now();
      this.#down.push(rest.subarray(0, piece.head.length));
      rest = rest.subarray(piece.head.length);
    }
    if (this.upgraded_ms === undefined) {
      this.#down.push(rest);
      return;
    }
    for (const message of this.#messages.read(rest)) {
      for (const one of this.#rewritten(message)) this.#down.push(one);
    }
  }

  #rewritten(message: Message): Buffer[] {
    const isOwn = (one: Message | Buffer | string) => Buffer.isBuffer(one) || typeof one === 'string';
    let all: (Message | Buffer | string)[] = [message];
    for (const rewrite of [...this.faults.rewrites]) {
      all = all.flatMap((one) => (isOwn(one) ? [one] : rewrite(one as Message, this)));
    }
    return all.map((one) => (Buffer.isBuffer(one) || typeof one === 'string' ? frameOf(one) : one.raw));
  }
}

/** Keeps the beginning of a stream back until its head is whole; afterwards passes everything on. */
class HeadReader {
  #bytes = Buffer.alloc(0);
  #isDone = false;

  /** The bytes to pass on, and with the first of them the head, its empty line included. */
  read(chunk: Buffer): { bytes: Buffer; head?: string } | undefined {
    if (this.#isDone) return { bytes: chunk };
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const end = this.#bytes.indexOf(head_end);
    if (end < 0) return undefined;
    this.#isDone = true;
    return { bytes: this.#bytes, head: this.#bytes.toString('latin1', 0, end + head_end.length) };
  }
}

/** Notes the texts among what passes. */
class TextTap {
  readonly #head = new HeadReader();
  readonly #reader = new MessageReader();

  constructor(private readonly texts: string[]) {}

  read(chunk: Buffer): void {
    const piece = this.#head.read(chunk);
    if (piece === undefined) return;
    for (const message of this.#reader.read(piece.bytes.subarray(piece.head?.length ?? 0))) {
      if (message.opcode === opcode.text) this.texts.push(message.payload.toString());
    }
  }
}
