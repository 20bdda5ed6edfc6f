// Chance that repeats itself: the same seed gives the same numbers (mulberry32).
import type { Cut } from './faults.ts';

export type Chance = (below: number) => number;

/** Whole numbers from 0 up to, but not including, `below`. */
export function chance(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Where a connection can break: within its request, within the answer's head, within the first frames, or later. */
const places = [
  { direction: 'up', from: 0, to: 600 },
  { direction: 'down', from: 0, to: 200 },
  { direction: 'down', from: 130, to: 900 },
  { direction: 'down', from: 600, to: 4_000 },
  { direction: 'up', from: 500, to: 2_000 },
] as const;

/** A plan that cuts each connection somewhere else. */
export function cuts(random: Chance): () => Cut {
  return () => {
    const { direction, from, to } = places[random(places.length)] ?? places[0];
    return { direction, bytes: from + random(to - from), ending: random(2) === 0 ? 'fin' : 'reset' };
  };
}
