// The tabs of one account: which of them leads, what they tell each other, and what the window shows outside of itself.
// Rule: the tab that was looked at last leads; when it goes, another follows.
import { claim, leaves, release } from '/keep.js';

const turn_ms = 2_000;
const tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
const notes = new Map();

let account, hear, channel, timer, queued, holder, letGo;
let leads = false;
let taking = false;

function turn(leading) {
  if (leads === leading) return;
  leads = leading;
  hear(leading ? 'lead' : 'follow');
}

// Web Locks: one holder, the others in a queue; the holder of a stolen lock hears of it by the end of its request.
function request(options) {
  const own = {};
  const held = () => {
    taking = false;
    if (!channel) return;
    // A thief's own place in the queue.
    if (queued?.signal !== options.signal) queued?.abort();
    queued = undefined;
    holder = own;
    turn(true);
    return new Promise((resolve) => (letGo = resolve));
  };
  navigator.locks.request(`twotick ${account}`, options, held).catch(() => {
    if (holder !== own) return;
    holder = undefined;
    turn(false);
    queue();
  });
}

function queue() {
  if (queued) return;
  queued = new AbortController();
  request({ signal: queued.signal });
}

// On plain http there are none: a lease in IndexedDB, renewed before it ends. Without IndexedDB, each tab for itself.
const lease = (take) => claim(account, tab, Date.now(), take).catch(() => true).then((leading) => timer && turn(leading));

// Takes part from now on; `tell` hears "lead", "follow", what other tabs say, and "open ROOM".
export function join(name, tell) {
  // A page that comes back from the cache hears "resume" and "pageshow".
  if (channel) return;
  [account, hear] = [name, tell];
  channel = new BroadcastChannel(`twotick ${account}`);
  channel.onmessage = ({ data }) => {
    if (data === 'lease') lease(false);
    else if (data !== 'bye' || !leaves()) hear(data);
  };
  if (navigator.locks) queue();
  else {
    timer = setInterval(lease, turn_ms, false);
    lease(false);
  }
}

// This tab is looked at now.
export function take() {
  if (leads || taking || !channel) return;
  if (navigator.locks) {
    taking = true;
    request({ steal: true });
  } else lease(true).then(() => tell('lease'));
}

export const tell = (words) => channel?.postMessage(words);

// Takes no part any more: the page sleeps, or goes.
export function leave() {
  if (!channel) return;
  channel.close();
  queued?.abort();
  clearInterval(timer);
  if (timer) release(account, tab).catch(() => {});
  const held = holder && letGo;
  channel = timer = queued = holder = undefined;
  turn(false);
  if (held) held();
}

export const permission = () => globalThis.Notification?.permission ?? 'denied';

export const ask = () => Notification.requestPermission();

export function notify(room, title, text) {
  if (permission() !== 'granted') return;
  withdraw(room);
  const note = new Notification(title, { body: text, tag: `twotick ${room}`, renotify: true });
  note.onclick = () => {
    window.focus();
    hear(`open ${room}`);
  };
  notes.set(room, note);
}

export function withdraw(room) {
  notes.get(room)?.close();
  notes.delete(room);
}
