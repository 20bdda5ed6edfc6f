// Names the functions of a module so that those which are alike come to stand together when they are sorted by name: what brotli
// has just seen costs it less. Rule: the order is all that changes, and the same module is always ordered in the same way.
import { readFileSync, writeFileSync } from 'node:fs';

// What two functions share is counted in runs of so many bytes.
const run_bytes = 4;
// Runs that so many functions have tell nothing about any of them.
const common = 100;
// The next function is like these before it, the last one above all.
const looked_back = 3;

const sections = { custom: 0, imports: 2, code: 10 };
const function_names = 1;

// Reads the numbers and bytes of a module one after the other.
function reader(bytes, start = 0, end = bytes.length) {
  let at = start;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  const take = (count) => bytes.subarray(at, (at += count));
  return { number, take, byte: () => bytes[at++], isAtEnd: () => at >= end };
}

function number(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

const measured = (bytes) => Buffer.concat([number(bytes.length), bytes]);

function contents(module) {
  const all = new Map();
  for (const from = reader(module, 8); !from.isAtEnd(); ) {
    const id = from.byte();
    all.set(id, reader(from.take(from.number())));
  }
  return all;
}

// How many functions are imported: theirs are the first numbers.
function imported(from) {
  const limits = () => {
    const has_most = from.number() & 1;
    for (let left = 1 + has_most; left > 0; left--) from.number();
  };
  const kinds = [() => from.number(), () => (from.byte(), limits()), limits, () => from.take(2)];
  let functions = 0;
  for (let left = from.number(); left > 0; left--) {
    for (const _ of ['module', 'name']) from.take(from.number());
    const kind = from.byte();
    kinds[kind]();
    if (kind === 0) functions += 1;
  }
  return functions;
}

function runs(body) {
  const all = new Set();
  for (let at = 0; at + run_bytes <= body.length; at++) all.add(body.readInt32LE(at));
  return all;
}

// Which function follows which: each time the one that shares most with those just before, for its length.
function order(bodies) {
  const own = bodies.map(runs);
  const having = new Map();
  own.forEach((all, index) => all.forEach((run) => having.set(run, [...(having.get(run) ?? []), index])));
  const telling = (run) => having.get(run).length > 1 && having.get(run).length < common;
  const told = own.map((all) => [...all].filter(telling));
  const byLength = [...bodies.keys()].sort((a, b) => bodies[b].length - bodies[a].length || a - b);
  const placed = [];
  const left = new Set(byLength);
  while (left.size > 0) {
    const shared = new Map();
    placed.slice(-looked_back).forEach((before, nearness) => {
      for (const run of told[before]) {
        const others = having.get(run);
        const weight = (nearness + 1) / Math.log2(1 + others.length);
        for (const other of others) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + weight);
      }
    });
    let [next, most] = [left.values().next().value, 0];
    for (const [other, weight] of shared) {
      const likeness = weight / own[other].size;
      if (likeness > most) [next, most] = [other, likeness];
    }
    left.delete(next);
    placed.push(next);
  }
  return placed;
}

const [path] = process.argv.slice(2);
const module = readFileSync(path);
const parts = contents(module);
const code = parts.get(sections.code);
const bodies = Array.from({ length: code.number() }, () => code.take(code.number()));
const first = imported(parts.get(sections.imports));
const names = order(bodies).map((index, place) => [first + index, String(place).padStart(6, '0')]);
names.sort(([a], [b]) => a - b);
const named = names.map(([index, name]) => Buffer.concat([number(index), measured(Buffer.from(name))]));
const subsection = Buffer.concat([Buffer.from([function_names]), measured(Buffer.concat([number(names.length), ...named]))]);
const section = Buffer.concat([measured(Buffer.from('name')), subsection]);
writeFileSync(path, Buffer.concat([module, Buffer.from([sections.custom]), measured(section)]));
