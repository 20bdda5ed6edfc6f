// The site of a running server, in a folder from which another process can serve it, changed as a newer build changes it.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import type { Server } from './server.ts';

/** Every file under another name where its name has a hash, for `TWOTICK_SITE_DIR`. */
export async function newerSite(server: Server): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twotick-site-'));
  const worker = await (await fetch(`${server.url}/sw.js`)).text();
  const paths: string[] = JSON.parse(/^const files = (\[.*\]);$/m.exec(worker)?.[1] ?? '[]');
  expect(paths).toContain('/chat.js');
  // What every page names, too.
  const named = ['/manifest.webmanifest', '/icon-192.png', '/apple-touch-icon.png'];
  for (const path of [...paths.filter((path) => path !== '/offline'), ...named]) {
    const answer = await fetch(server.url + path);
    expect(answer.status, path).toBe(200);
    const newer = join(folder, path.replace(/(?<=\.)[\w-]{22}(?=\.\w+$)/, (hash) => [...hash].reverse().join('')));
    await mkdir(dirname(newer), { recursive: true });
    await writeFile(newer, new Uint8Array(await answer.arrayBuffer()));
  }
  return folder;
}
