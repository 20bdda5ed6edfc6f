// The budgets of the chat page against what is built, in bytes after brotli at its best (what the server sends).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const budgets_kb = [
  { name: 'WASM + JS', kinds: ['.wasm', '.js'], limit_kb: 150 },
  { name: 'CSS', kinds: ['.css'], limit_kb: 12 },
];

const [root, binary] = process.argv.slice(2);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const row = (...cells) => console.log(cells[0].padEnd(44) + cells.slice(1).map((cell) => cell.padStart(12)).join(''));

// What comes with no page: the service worker's text, and scripts that are loaded when somebody asks for what they do.
const later = ['worker.js', 'panel.js', 'lobby.js', 'people.js', 'mentions.js', 'dialogs.js', 'notifications.js', 'actions.js', 'emoji.js', 'bids.js', 'cid.js', 'location.js', 'attachments.js', 'files.js', 'lightbox.js', 'picked.js', 'uploads.js', 'about.js', 'attach.js', 'settings.js', 'waiting.js'];
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && ['.wasm', '.js', '.css'].includes(extname(entry.name)) && !later.includes(entry.name))
  .map((entry) => {
    const bytes = readFileSync(join(entry.parentPath ?? entry.path, entry.name));
    return { name: entry.name, kind: extname(entry.name), plain: bytes.length, brotli: brotliCompressSync(bytes).length };
  })
  .sort((a, b) => b.brotli - a.brotli);

row('file', 'plain', 'brotli', 'budget');
for (const file of files) row(file.name, kb(file.plain), kb(file.brotli));
for (const { name, kinds, limit_kb } of budgets_kb) {
  const brotli = files.filter((file) => kinds.includes(file.kind)).reduce((sum, file) => sum + file.brotli, 0);
  row(name, '', kb(brotli), `${limit_kb} KB`);
  if (brotli > limit_kb * 1000) {
    console.error(`${name} is over its budget of ${limit_kb} KB.`);
    process.exitCode = 1;
  }
}
const server = statSync(binary, { throwIfNoEntry: false });
if (server) row('server binary', kb(server.size));
