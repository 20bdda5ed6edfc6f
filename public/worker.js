// The service worker: opens the app without a server. The server writes `build` and `files` in front of this (src/offline.rs).
// Rule: it keeps these files and nothing else, so that no answer for a person is ever in its cache.

const cache_name = `twotick ${build}`;
const shell = '/offline';
// A page that has not begun to come by then is not worth the wait: what is kept is shown.
const late_ms = 8_000;
const hash = /\.[\w-]{22}\.\w+$/;

// Tabs that show the shell. Their modules are of this build; a page from the server may be of a newer one.
const shells = new Set();

addEventListener('install', (event) => event.waitUntil(install()));
addEventListener('activate', (event) => event.waitUntil(activate()));
// A page that was on its way when this script took over.
addEventListener('message', (event) => event.data === 'claim' && event.waitUntil(clients.claim()));
addEventListener('push', (event) => event.waitUntil(pushed(event.data)));
addEventListener('pushsubscriptionchange', (event) => event.waitUntil(moved(event)));
addEventListener('notificationclick', (event) => event.waitUntil(look(event.notification)));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode !== 'navigate') {
    if (request.method === 'GET' && files.includes(pathname)) event.respondWith(file(event, pathname));
  } else if (request.method === 'GET') {
    event.respondWith(pathname === '/' || /^\/r\/\d+$/.test(pathname) ? chat(event) : page(event));
  } else if (request.referrer.startsWith(`${location.origin}/`)) {
    // A form of another site goes to the server as that site's, without a word from here.
    event.respondWith(fetch(request).catch(() => sorry('Nobody knows whether that arrived',
      'There was no answer. Go back and try again: what you wrote is still there, and a message is never stored twice.')));
  }
});

// A message while no tab is open, that it has been read elsewhere, or a test; in the words of crates/domain/src/push/rules.rs. What
// cannot be read is of a newer server, and something has to be shown.
async function pushed(data) {
  const { room, seq, title, text, count, badge, gone, test } = await Promise.resolve(data).then((data) => data.json()).catch(() => ({}));
  if (badge !== undefined) await navigator.setAppBadge?.(badge).catch(() => {});
  const look = { icon: '/icon-192.png', badge: '/icon-badge-96.png' };
  if (test) return registration.showNotification('Twotick', { ...look, tag: 'twotick test', body: 'A new message looks like this, also while no tab is open.' });
  if (!room) return registration.showNotification('Twotick', { ...look, tag: 'twotick new', body: 'Something is new.' });
  const tag = `twotick ${room}`;
  const shown = await registration.getNotifications({ tag });
  if (gone) return shown.forEach((note) => note.close());
  // A server that was killed before it knew that this was taken sends it again: it takes the place of the first one without a sound.
  const isNews = !shown.some((note) => note.data?.seq >= seq);
  return registration.showNotification(count > 1 ? `${title} (${count})` : title, { ...look, tag, body: text, data: { seq }, renotify: isNews, silent: !isNews });
}

// The push service has given this browser another address, or takes it away.
async function moved({ newSubscription, oldSubscription }) {
  const own = newSubscription ?? (oldSubscription && await registration.pushManager.subscribe(oldSubscription.options));
  if (!own) return;
  const { endpoint, keys } = own.toJSON();
  const body = JSON.stringify({ push_address: endpoint, p256dh: keys.p256dh, auth: keys.auth });
  await fetch('/api/fn/push_on', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

// A notification that a page or this script has shown was clicked: the chat opens its room.
async function look(notification) {
  notification.close();
  const [, room] = notification.tag.split(' ');
  const windows = await clients.matchAll({ type: 'window' });
  const chat = windows.find(({ url }) => /^\/(r\/\d+)?$/.test(new URL(url).pathname));
  if (!chat) return clients.openWindow(Number(room) ? `/r/${room}` : '/');
  await chat.focus();
  chat.postMessage(`open ${room}`);
}

// All files or none: until then, the build before goes on.
async function install() {
  const answers = await Promise.all(files.map(fresh));
  const cache = await caches.open(cache_name);
  await Promise.all(files.map((path, place) => cache.put(path, answers[place])));
  await skipWaiting();
}

// As somebody who is not signed in, past what the browser has kept unless its name says that it never changes.
async function fresh(path) {
  const answer = await fetch(path, { cache: hash.test(path) ? 'default' : 'reload', credentials: 'omit' });
  if (!answer.ok || answer.redirected || answer.type !== 'basic') throw new Error(`${path}: ${answer.status}`);
  // Of a server that is being replaced, the shell may be of the one and this script of the other.
  if (path === shell && !(await answer.clone().text()).includes(build)) throw new Error(`${path} is of another build`);
  return answer;
}

async function activate() {
  const others = (await caches.keys()).filter((name) => name.startsWith('twotick ') && name !== cache_name);
  await Promise.all(others.map((name) => caches.delete(name)));
  // The request for a page then leaves while this script is still starting.
  await registration.navigationPreload?.enable();
  await clients.claim();
}

const kept = (path) => caches.match(path, { cacheName: cache_name, ignoreVary: true }).catch(() => undefined);

// What a hash names is the same everywhere. Anything else is asked for, unless the page itself comes from here.
async function file(event, path) {
  const own = await kept(path);
  if (own && (hash.test(path) || shells.has(event.clientId))) return own;
  return own ? soon(fetch(event.request), own) : fetch(event.request);
}

const network = async (event) => (await event.preloadResponse) ?? fetch(event.request);

// Inbox and conversation: from the server, else the shell, which reads the address.
async function chat(event) {
  const own = await kept(shell);
  if (!own) return page(event);
  const answer = await soon(network(event), own);
  if (answer === own) shells.add(event.resultingClientId);
  return answer;
}

// The answer, or `own` if there is none: no connection, a server or proxy that says it is away, or too late.
function soon(answer, own) {
  const late = new Promise((done) => setTimeout(done, late_ms, own));
  const found = answer.then((found) => ([502, 503, 504].includes(found.status) ? own : found), () => own);
  return Promise.race([found, late]);
}

// Everything else that can be gone to.
const page = (event) =>
  network(event).catch(() => sorry('You are offline', 'This page comes from the server, which cannot be reached now.'));

function sorry(title, sentence) {
  const style = files.find((path) => path.endsWith('.css'));
  const text = `<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · Twotick</title><link rel="stylesheet" href="${style}"><body data-page="plain">
<main class="card" id="main"><h1>${title}</h1><p>${sentence}</p><p><a href="/">Go to your chats</a></p></main>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  };
  return new Response(text, { status: 503, headers });
}
