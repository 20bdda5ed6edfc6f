// Shortens the names by which the module and its script know each other (`__wbg_clearTimeout_c7bc4c3c7a7774af`): each holds
// a hash that no compression makes smaller. Gives both files the hash of what is in them then.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const import_section = 2;
const header_bytes = 8;

// Unsigned LEB128: value and the place after it.
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function encoded(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

// The place after what an import is: a function's type. wasm-bindgen imports nothing else.
function afterKind(bytes, at) {
  if (bytes[at] !== 0) throw new Error('an import that is not a function');
  return number(bytes, at + 1)[1];
}

function imports(bytes, rename) {
  let [count, at] = number(bytes, 0);
  const parts = [encoded(count)];
  for (; count > 0; count--) {
    for (const change of [(name) => name, rename]) {
      const [length, start] = number(bytes, at);
      at = start + length;
      const name = Buffer.from(change(bytes.toString('utf8', start, at)));
      parts.push(encoded(name.length), name);
    }
    const end = afterKind(bytes, at);
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

function module(bytes, rename) {
  const parts = [bytes.subarray(0, header_bytes)];
  for (let at = header_bytes; at < bytes.length; ) {
    const [length, start] = number(bytes, at + 1);
    const own = bytes.subarray(start, start + length);
    const body = bytes[at] === import_section ? imports(own, rename) : own;
    parts.push(bytes.subarray(at, at + 1), encoded(body.length), body);
    at = start + length;
  }
  return Buffer.concat(parts);
}

const folder = join(process.argv[2], 'pkg');
const file = (pattern) => {
  const [name, ...others] = readdirSync(folder).filter((name) => pattern.test(name));
  if (!name || others.length) throw new Error(`one file like ${pattern} is needed in ${folder}`);
  return join(folder, name);
};
const [wasm, js] = [file(/\.wasm$/), file(/\.js$/)];
const names = new Map();
const short = (name) => {
  if (!/_[0-9a-f]{16}$/.test(name)) return name;
  if (!names.has(name)) names.set(name, `$${names.size.toString(36)}`);
  return names.get(name);
};
const small = module(readFileSync(wasm), short);
const script = readFileSync(js, 'utf8').replace(/\b__wb\w+/g, (name) => names.get(name) ?? name);
for (const [path, content] of [[wasm, small], [js, Buffer.from(script)]]) {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  rmSync(path);
  writeFileSync(path.replace(/\.[\w-]{22}(\.\w+)$/, `.${hash}$1`), content);
}
