// The tabs of one account: which of them leads, what they tell each other, and what the window shows outside of itself.
// Rule: the tab that was looked at last leads; when it goes, another follows.
import { claim, leaves, release } from './keep.js';

const turn_ms = 2_000;
const tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
const notes = new Map();

// Of whom this page is: number and name.
export let account;
let hear, channel, timer, queued, holder, letGo;
let leads = false;
let taking = false;
// The number of its last look, among those of all tabs.
let look = 1;

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
    // Stolen by yet another before it was here.
    if (options.steal) taking = false;
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

// On plain http there are none: a lease in IndexedDB, renewed before it ends. One that ended while its tab was busy, and was given to
// another, comes back to whichever was looked at last. Without IndexedDB, each tab for itself.
const lease = (take) =>
  claim(account, tab, Date.now(), look, take).catch(() => look).then((number) => {
    look = number || look;
    if (timer) turn(Boolean(number));
  });

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
export function lead() {
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

// Notifications: what this browser allows, and what its user wants.
const wish = 'twotick notifications';

// A browser that lets the site keep nothing remembers no wish.
function isTurnedOff() {
  try {
    return localStorage.getItem(wish) === 'off';
  } catch {
    return false;
  }
}

// "on", "off", "blocked" by the browser, "insecure": not on plain http, or "missing".
function notifications() {
  if (!isSecureContext) return 'insecure';
  if (!globalThis.Notification) return 'missing';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && !isTurnedOff() ? 'on' : 'off';
}

const titles = { on: 'Notifications are on', off: 'Notifications are off', blocked: 'Notifications are blocked' };
let panel;

// The panel at the foot of the list says what is so; why, and what can be done, is loaded when it is opened.
export function offer() {
  panel = document.querySelector('.notifications');
  panel.addEventListener('toggle', explain);
  turned();
  panel.hidden = false;
}

function explain() {
  if (panel.open) import('/notifications.js').then(({ explain }) => explain(panel, notifications(), press), () => {});
}

function turned() {
  const told = notifications();
  if (told !== 'on') for (const room of notes.keys()) withdraw(room);
  if (!panel) return;
  panel.dataset.notifications = told;
  panel.querySelector('span').textContent = titles[told] ?? 'No notifications here';
  explain();
}

// In another tab: a word between tabs may be faster than what is written. And in the browser's settings for the site.
addEventListener('storage', ({ key }) => key === wish && turned());
navigator.permissions?.query({ name: 'notifications' }).then((permission) => (permission.onchange = turned), () => {});

// A button of the panel: "on", "off" or "test".
async function press(what) {
  if (what === 'test') return show(what, 'Twotick', 'A new message looks like this.');
  if (what === 'on') await Notification.requestPermission();
  localStorage.setItem(wish, what);
  turned();
  // The button that was pressed is gone.
  panel.firstElementChild.focus();
}

function show(room, title, text) {
  const tag = `twotick ${room}`;
  const options = { body: text, tag, renotify: true, icon: '/favicon.svg' };
  try {
    const note = new Notification(title, options);
    note.onclick = () => {
      note.close();
      window.focus();
      hear(`open ${room}`);
    };
    notes.set(room, note);
  } catch {
    // Phones leave it to the service worker, which hears the click too.
    const worker = navigator.serviceWorker.ready;
    worker.then((worker) => worker.showNotification(title, options));
    const close = () => worker.then((worker) => worker.getNotifications({ tag })).then((all) => all.forEach((one) => one.close()));
    notes.set(room, { close });
  }
}

navigator.serviceWorker?.addEventListener('message', ({ data }) => hear?.(data));

export const notify = (room, title, text) => void (notifications() === 'on' && show(room, title, text));

export function withdraw(room) {
  notes.get(room)?.close();
  notes.delete(room);
}

// How many messages are unread, for the icons of tab and app.
export function badge(count) {
  document.querySelector('[rel=icon]').href = count ? '/favicon-unread.svg' : '/favicon.svg';
  navigator.setAppBadge?.(count).catch(() => {});
}
