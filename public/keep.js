// What this browser keeps of Twotick, in IndexedDB: docs/client.md has the table of it. Rule: a promise ends only when its
// transaction has, and each account reads its own records only.

const stores = ['outbox', 'drafts', 'pages', 'owner', 'lease'];
const patience_ms = 5_000;
const lease_ms = 6_000;

let database, opening;

// Whether this page is the one that logs out.
let leaving = false;
// A page that goes cannot wait for what it reads: the account that was found to be the owner when it was last looked up.
let going = false;
let owning;

export const leaves = () => leaving;

addEventListener('pagehide', () => (going = true));
addEventListener('pageshow', ({ persisted }) => {
  [going, owning] = [false];
  // It has logged out, and shows what it showed before.
  if (persisted && leaving) location.reload();
});

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('twotick', 1);
    request.onupgradeneeded = () => {
      const { result } = request;
      result.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true }).createIndex('cid', 'cid', { unique: true });
      for (const store of stores.slice(1)) result.createObjectStore(store);
    };
    request.onsuccess = () => {
      database = request.result;
      const forget = () => (database = opening = undefined);
      database.onclose = forget;
      // A newer version wants to change it: what follows opens that one.
      database.onversionchange = () => (database.close(), forget());
      resolve();
    };
    request.onerror = request.onblocked = () => reject(request.error ?? new Error('blocked'));
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

const late = () => new Promise((_, reject) => setTimeout(reject, patience_ms, new Error('late')));

// `work` asks for what it wants and answers a function that is called when all of it is on disk. Begins at once if it can:
// a page that goes runs nothing later.
export function transact(names, work, mode = 'readwrite', durability = 'strict') {
  const begin = () => new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability });
    const answer = work(...names.map((name) => transaction.objectStore(name)));
    // What is said to be lost must not appear later; but after a page stood still, what is over may only not be heard yet.
    const abort = () => {
      try {
        transaction.abort();
      } catch {
        // It is over, one way or the other.
      }
    };
    const timer = setTimeout(() => setTimeout(abort), patience_ms);
    const end = (settle) => () => (clearTimeout(timer), settle());
    transaction.oncomplete = end(() => resolve(answer?.()));
    transaction.onabort = end(() => reject(transaction.error ?? new Error('late')));
  });
  return database ? begin() : Promise.race([open(), late()]).then(begin);
}

const of = (account) => IDBKeyRange.bound([account], [account, []]);

// The account's waiting messages, in the order of writing.
export const outbox = (account) =>
  transact(['outbox'], (outbox) => {
    const all = outbox.getAll();
    return () => all.result.filter((kept) => kept.account === account).map((kept) => kept.text);
  }, 'readonly');

// Deletes the message of this cid, if there is one.
const take = (outbox, cid) => {
  outbox.index('cid').getKey(cid).onsuccess = ({ target }) => target.result && outbox.delete(target.result);
};

// Adds a message at the end, and removes the draft (of a room) or the refused message (a cid) that it was.
export const enqueue = (account, cid, text, room, old) =>
  transact(['outbox', 'drafts'], (outbox, drafts) => {
    outbox.index('cid').getKey(cid).onsuccess = ({ target }) => target.result ?? outbox.add({ account, cid, text });
    if (room) drafts.delete([account, room]);
    if (old) take(outbox, old);
  });

// Replaces a message in its place, unless it is settled, or refused in another tab meanwhile.
export const change = (account, cid, text) =>
  transact(['outbox'], (outbox) => {
    outbox.index('cid').get(cid).onsuccess = ({ target: { result: kept } }) => {
      if (kept && !JSON.parse(kept.text).refusal) outbox.put({ ...kept, text });
    };
  });

// Takes one out. With a room, its text goes back into the draft that is given.
export const remove = (account, cid, room, draft) =>
  transact(['outbox', 'drafts'], (outbox, drafts) => {
    take(outbox, cid);
    if (room) drafts.put(draft, [account, room]);
  });

// "drafts" or "pages" of the account: name, text, name, text …
export const read = (store, account) =>
  transact([store], (kept) => {
    const [keys, texts] = [kept.getAllKeys(of(account)), kept.getAll(of(account))];
    return () => keys.result.flatMap(([, name], index) => [name, texts.result[index]]);
  }, 'readonly');

// What is being written of conversations, and how it is begun again.
const unfinished = new Map();

// Writes them in the same form; an empty text removes. Of a page that logs out nothing is kept any more, not even the last letters.
export const write = async (store, account, pairs) =>
  leaving || transact(store === 'drafts' ? [store] : [store, 'owner'], (kept, owners) => {
    const { transaction } = kept;
    const put = () => {
      for (let index = 0; index < pairs.length; index += 2) {
        const [name, text] = pairs.slice(index, index + 2);
        if (text) kept.put(text, [account, name]);
        else kept.delete([account, name]);
      }
      // Of a page that goes, only what is committed at once comes through (10 of 10 times, else 0 of 10).
      transaction.commit();
    };
    if (store === 'drafts' || (going && owning === account)) return put();
    unfinished.set(transaction, () => write(store, account, pairs).catch(() => {}));
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => unfinished.delete(transaction));
    // A tab that has not heard yet that its account has left keeps no conversation.
    owners.get('owner').onsuccess = ({ target }) => {
      owning = target.result?.account;
      if (owning === account) put();
    };
  }, 'readwrite', 'relaxed');

// Chromium writes one after the other, and what waits behind a writer that goes with its page is lost, a draft above all.
addEventListener('pagehide', () => {
  for (const [transaction, again] of unfinished) {
    try {
      transaction.abort();
      again();
    } catch {
      // It is being committed.
    }
  }
});

// Who was signed in last, as that account wrote it.
export const owner = () =>
  transact(['owner'], (owners) => {
    const owner = owners.get('owner');
    return () => owner.result?.text;
  }, 'readonly');

// The account is signed in: what was shown to others is forgotten.
export const become = (account, text) =>
  transact(['owner', 'pages'], (owners, pages) => {
    owners.get('owner').onsuccess = ({ target }) => target.result?.account === account || pages.clear();
    owners.put({ account, text }, 'owner');
    owning = account;
  });

// Its session has ended or was refused: the conversations are no longer shown without the server.
export const hide = (account) => transact(['pages'], (pages) => void pages.delete(of(account)));

// Logging out: nothing stays but messages that wait, which only their account sends (C7).
export async function wipe() {
  leaving = true;
  const account = await transact(['owner'], (owners) => {
    const owner = owners.get('owner');
    return () => owner.result?.account;
  }, 'readonly');
  if (account) new BroadcastChannel(`twotick ${account}`).postMessage('bye');
  navigator.clearAppBadge?.().catch(() => {});
  localStorage.removeItem('twotick emoji');
  await transact(stores.slice(1), (...kept) => kept.forEach((store) => void store.clear()));
}

// Where Web Locks are missing: whether `tab` may lead the account now, and then the number of its last look. `take` is a new look, and
// the last one counts. A lease from the future is one of a clock set back.
export const claim = (account, tab, now_ms, look, take) => {
  let leads;
  return transact(['lease'], (leases) => {
    leases.get(account).onsuccess = ({ target: { result: lease } }) => {
      // Its own last look may not have come to its knowledge yet.
      if (take || lease?.tab === tab) look = Math.max(look, lease?.look ?? 0) + Number(take);
      leads = lease?.tab === tab || !(lease?.until_ms >= now_ms && lease.until_ms <= now_ms + lease_ms && lease.look >= look);
      if (leads) leases.put({ tab, look, until_ms: now_ms + lease_ms }, account);
    };
    return () => leads && look;
  }, 'readwrite', 'relaxed');
};

export const release = (account, tab) =>
  transact(['lease'], (leases) => {
    leases.get(account).onsuccess = ({ target }) => target.result?.tab === tab && leases.delete(account);
  }, 'readwrite', 'relaxed');

// A server function: whether it succeeded, and what it said.
export async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return [answer.ok, await answer.text()];
}
