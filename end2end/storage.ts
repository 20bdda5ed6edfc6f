// What a browser keeps (docs/client.md), read as it lies in IndexedDB, and whether server, screens and browser agree.
import { type Page, expect } from '@playwright/test';
import type { Person } from './person.ts';

type Store = 'outbox' | 'drafts' | 'pages' | 'owner';
type Kept = { key: unknown; value: unknown };

/** A message in the outbox: what it says to the server, and whose it is. */
export type Waiting = { account: string; cid: string; room: string; content: string; tried: boolean; refusal: unknown };

/** How long a browser may take to find its server again: the longest wait between attempts, and some for the machine. */
export const reconnect_limit_ms = 60_000;

/** A store as any page of the site may read it; nothing where the site has kept nothing yet. */
async function kept(page: Page, store: Store): Promise<Kept[]> {
  return page.evaluate(
    (store) =>
      new Promise<Kept[]>((resolve, reject) => {
        const request = indexedDB.open('twotick');
        // Reading must not be what makes the database.
        request.onupgradeneeded = () => request.transaction?.abort();
        request.onerror = () => (request.error?.name === 'AbortError' ? resolve([]) : reject(request.error));
        request.onsuccess = () => {
          const records: Kept[] = [];
          const transaction = request.result.transaction(store);
          transaction.objectStore(store).openCursor().onsuccess = ({ target }) => {
            const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) return;
            records.push({ key: cursor.key, value: cursor.value });
            cursor.continue();
          };
          transaction.oncomplete = () => {
            request.result.close();
            resolve(records);
          };
          transaction.onabort = () => reject(transaction.error);
        };
      }),
    store,
  );
}

/** Every account's waiting messages, in the order in which they were written. */
export async function outbox({ page }: Person): Promise<Waiting[]> {
  return (await kept(page, 'outbox')).map(({ value }) => {
    const { account, text } = value as { account: string; text: string };
    const { cid, room, content, tried, refusal } = JSON.parse(text);
    return { account, cid, room: String(room), content, tried, refusal };
  });
}

/** The texts that wait, of everybody. */
export async function waiting(person: Person): Promise<string[]> {
  return (await outbox(person)).map((message) => message.content);
}

/** Every account's drafts: "1 ana, room 7" → text. */
export async function drafts({ page }: Person): Promise<Record<string, string>> {
  const records = (await kept(page, 'drafts')).map(({ key, value }) => {
    const [account, room] = key as [string, string];
    return [`${account}, room ${room}`, value as string] as const;
  });
  return Object.fromEntries(records);
}

/** The names of the pages that are kept: "1 ana, inbox", "1 ana, 7". */
export async function pages({ page }: Person): Promise<string[]> {
  return (await kept(page, 'pages')).map(({ key }) => (key as [string, string]).join(', '));
}

/** Everything in these stores as one text, to look for what must not be there. */
export async function everything({ page }: Person, ...stores: Store[]): Promise<string> {
  const records = await Promise.all(stores.map((store) => kept(page, store)));
  return JSON.stringify(records);
}

/** Every answer in Cache Storage: its address and its text. */
export async function cached({ page }: Person): Promise<{ url: string; text: string }[]> {
  return page.evaluate(async () => {
    const found: { url: string; text: string }[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) found.push({ url, text: (await (await cache.match(url))?.text()) ?? '' });
    }
    return found;
  });
}

/** The longest message in its largest form: 40,000 bytes on disk. */
export const large_message = '🐘'.repeat(10_000);

/**
 * Leaves so little room for the site that its own records fit and a large message does not; answers how to end that. To be called before
 * the site keeps anything, since Chromium looks only now and then how much room there is, and without a service worker, whose files count.
 */
export async function smallDisk(person: Person): Promise<() => Promise<void>> {
  const { context, page, origin } = person;
  person.expects(/Service Worker registration blocked by Playwright/);
  await person.visit('/register');
  const session = await context.newCDPSession(page);
  // Chromium counts 73,728 bytes for the database of a private window, whatever is in it.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
  return async () => void (await session.send('Storage.overrideQuotaForOrigin', { origin }));
}

/** Of a long conversation at least this many rows are drawn at its end; those far above are not. */
const drawn_min = 70;

/**
 * At rest everything is there once, in order: the server's log of the room holds exactly these texts, each tab shows exactly that log
 * or its end, and no browser keeps anything that is still to be sent.
 */
export async function expectOnce(room: string, texts: string[], tabs: [Person, ...Person[]]): Promise<void> {
  const [reader] = tabs;
  await expect.poll(async () => (await reader.log(room)).map((entry) => entry.text), { timeout: reconnect_limit_ms }).toEqual(texts);
  const log = (await reader.log(room)).map(({ seq, cid }) => ({ seq: String(seq), cid }));
  for (const tab of tabs) {
    const shown = async () => {
      const rows = await tab.transcript();
      const above = rows.length < drawn_min ? 0 : log.length - rows.length;
      return [...log.slice(0, above), ...rows];
    };
    await expect.poll(shown, { message: `a tab of ${tab.name}`, timeout: reconnect_limit_ms }).toEqual(log);
    await expect.poll(() => waiting(tab), { message: `the outbox of ${tab.name}` }).toEqual([]);
  }
}
