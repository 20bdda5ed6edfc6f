// Files that somebody picked, in IndexedDB: `picked` stand in the tray of a conversation, `leaving` are messages whose files are on their
// way, `bytes` are apart, for what lists the others. Rule: a promise ends only when its transaction is on disk, and each account reads
// its own.
import { account } from '/chat.js';

const names = ['picked', 'leaving', 'bytes'];
// So long after what was only picked nobody looks for it any more.
const life_ms = 60 * 24 * 60 * 60 * 1_000;
const turn_ms = 100;

let opening;
function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('twotick files', 1);
    request.onupgradeneeded = () => names.forEach((name) => request.result.createObjectStore(name, { keyPath: 'id' }));
    request.onsuccess = () => {
      const { result } = request;
      result.onclose = () => (opening = undefined);
      resolve(result);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

async function transact(names, work, mode = 'readwrite') {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: 'strict' });
    const answer = work(...names.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(answer?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// The page knows who it is for when its module has begun.
export async function known() {
  while (!account) await new Promise((done) => setTimeout(done, turn_ms));
}

// In the order in which they came.
async function all(name) {
  const kept = await transact([name], (store) => store.getAll(), 'readonly');
  return kept.filter((one) => one.account === account).sort((one, other) => one.at - other.at);
}
export const picked = () => all('picked');
export const leaving = () => all('leaving');

export const bytes = async (file) => (await transact(['bytes'], (store) => store.get(file), 'readonly'))?.blob;

// Keeps a file whole.
export const pick = (file, blob) =>
  transact(['picked', 'bytes'], (picked, bytes) => {
    picked.put(file);
    bytes.put({ id: file.id, blob });
  });

// What has become of one that is still there.
export const change = (name, kept) =>
  transact([name], (store) => {
    store.getKey(kept.id).onsuccess = ({ target }) => target.result && store.put(kept);
  });

// One is taken out of the tray.
export const drop = (file) => transact(['picked', 'bytes'], (picked, bytes) => (picked.delete(file), bytes.delete(file)));

// What stands in the tray leaves with a message.
export const leave = (message) =>
  transact(['picked', 'leaving'], (picked, leaving) => {
    leaving.put(message);
    message.files.forEach((file) => picked.delete(file.id));
  });

// It comes back.
export const stay = (message) =>
  transact(['picked', 'leaving'], (picked, leaving) => {
    leaving.delete(message.id);
    message.files.forEach((file) => picked.put(file));
  });

// The message is in the outbox, or given up.
export const settle = (message) =>
  transact(['leaving', 'bytes'], (leaving, bytes) => {
    leaving.delete(message.id);
    message.files.forEach((file) => bytes.delete(file.id));
  });

// Forgets what stands in trays, of everybody who has logged out or for too long.
export const forget = (isLoggedOut) =>
  transact(['picked', 'bytes'], (picked, bytes) => {
    picked.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (isLoggedOut || cursor.value.at < Date.now() - life_ms) {
        bytes.delete(cursor.value.id);
        cursor.delete();
      }
      cursor.continue();
    };
  });
