// What can be wrong with a network, as switches. One set for all connections of a proxy: flipping a switch acts on open ones too.
import type { Connection } from './connection.ts';
import type { Message } from './frames.ts';

/** `up` is from the browser to the server, `down` the way back. */
export type Direction = 'up' | 'down';

/** How a connection ends: in an orderly way, or as when a machine has forgotten it. */
export type Ending = 'fin' | 'reset';

/** After `bytes` more bytes in this direction the connection is cut. */
export type Cut = { bytes: number; direction: Direction; ending: Ending };

/** What goes to the browser instead of a message of the server; the message itself, if it stays as it is. */
export type Rewrite = (message: Message, connection: Connection) => (Message | Buffer | string)[];

export class Faults {
  /** Closed at once on accept (`everything`), or when the request turns out to be for a socket (`sockets`). */
  refused: 'nothing' | 'sockets' | 'everything' = 'nothing';
  /** What comes is swallowed, and the connection stays open. What has swallowed once carries nothing any more. */
  readonly swallowed = new Set<Direction>();
  /** What comes waits until it is released. */
  readonly held = new Set<Direction>();
  /** How long each piece travels. */
  delay_ms = 0;
  /** Asked once for each connection. */
  plan: (() => Cut | undefined) | undefined;
  /** Passed through one after the other. */
  readonly rewrites: Rewrite[] = [];
}
