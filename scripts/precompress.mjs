// Writes FILE.br and FILE.gz beside every text and module of the site, once per content: the server sends them as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressible = /\.(js|wasm|css|svg|json|txt|webmanifest)$/;
// Below this the headers weigh more than what is saved.
const smallest_bytes = 256;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
const gzip = (bytes) => gzipSync(bytes, { level: 9 });

function isNewer(file, source) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs >= statSync(source).mtimeMs;
}

const root = process.argv[2];
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const source = join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !compressible.test(entry.name) || statSync(source).size < smallest_bytes) continue;
  for (const [suffix, compress] of [['.br', brotli], ['.gz', gzip]]) {
    if (!isNewer(source + suffix, source)) writeFileSync(source + suffix, compress(readFileSync(source)));
  }
}
