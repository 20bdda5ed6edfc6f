// One direction of one connection. What comes passes here in its order, or not at all.
import type { Socket } from 'node:net';
import type { Direction, Faults } from './faults.ts';

/** Bytes, or the end of them. */
type Piece = Buffer | 'end';

export class Lane {
  /** Bytes that may still pass before `onSpent`. */
  #left = Number.POSITIVE_INFINITY;
  #isDead = false;
  #travelling: Piece[] = [];
  #held: Piece[] = [];

  constructor(
    private readonly direction: Direction,
    private readonly to: Socket,
    private readonly faults: Faults,
    private readonly onCarried: (bytes: Buffer) => void,
    private readonly onSpent: () => void,
  ) {}

  /** Whether the other side hears nothing more, not even of the end. */
  get isSwallowing(): boolean {
    this.#isDead ||= this.faults.swallowed.has(this.direction);
    return this.#isDead;
  }

  /** From here on, this many bytes pass. */
  limit(bytes: number): void {
    this.#left = bytes;
    if (bytes <= 0) this.#spend();
  }

  push(piece: Piece): void {
    if (this.faults.delay_ms === 0 && this.#travelling.length === 0) {
      this.#arrive(piece);
      return;
    }
    this.#travelling.push(piece);
    setTimeout(() => {
      const first = this.#travelling.shift();
      if (first !== undefined) this.#arrive(first);
    }, this.faults.delay_ms);
  }

  /** What was held passes now, unless it still is. */
  release(): void {
    if (this.faults.held.has(this.direction)) return;
    for (const piece of this.#held.splice(0)) this.#arrive(piece);
  }

  #arrive(piece: Piece): void {
    if (this.isSwallowing || this.to.destroyed || !this.to.writable) return;
    if (this.faults.held.has(this.direction)) {
      this.#held.push(piece);
      return;
    }
    if (piece === 'end') {
      this.to.end();
      return;
    }
    const passing = piece.subarray(0, this.#left);
    this.#left -= passing.length;
    if (passing.length > 0) {
      this.onCarried(passing);
      this.to.write(passing);
    }
    if (this.#left <= 0) this.#spend();
  }

  #spend(): void {
    this.#isDead = true;
    this.onSpent();
  }
}
