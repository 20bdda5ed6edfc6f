// On every page of somebody who is signed in, and on the way in: installs the service worker, tells the server the zone, and lets
// the browser forget at logout. Rule: the page works without any of this; above all its button "Log out".

const patience_ms = 2_000;

if (navigator.serviceWorker) {
  const registered = navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  // Offline there is nothing newer.
  registered.then((registration) => registration.update()).catch(() => {});
  // A page that was on its way when the worker took over belongs to nobody, and would have no scripts without a connection.
  navigator.serviceWorker.ready.then(({ active }) => navigator.serviceWorker.controller ?? active.postMessage('claim'));
}

const minute_ms = 60_000;
const week_minutes = 7 * 24 * 60;
const weeks_told = 104;
const turns_max = 7;

const offset = (minute) => -Math.round(new Date(minute * minute_ms).getTimezoneOffset());

// "120~29312345~60": now two hours ahead of UTC; before that minute since 1970, one. As app/src/zone.rs reads it.
function zone() {
  let later = Math.floor(Date.now() / minute_ms);
  const told = [offset(later)];
  for (let week = 0; week < weeks_told && told.length < 2 * turns_max; week += 1) {
    const earlier = later - week_minutes;
    if (offset(earlier) !== offset(later)) {
      let [before, after] = [earlier, later];
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (offset(middle) === offset(later)) after = middle;
        else before = middle;
      }
      told.push(after, offset(earlier));
    }
    later = earlier;
  }
  return told.join('~');
}

document.cookie = `zone=${zone()}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;

if (!document.querySelector('.chat')) import('/waiting.js').catch(() => {});
if (document.querySelector('.new-place')) import('/location.js').then(({ ready }) => ready(document)).catch(() => {});
if (document.querySelector('#avatar')) import('/settings.js').then(({ ready }) => ready(document)).catch(() => {});
if (location.pathname === '/people') import('/people.js').catch(() => {});

// Beside the conversation, where there is one; else the page that the link leads to.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-panel]');
  const { button, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (!link || event.defaultPrevented || button || altKey || ctrlKey || metaKey || shiftKey || !document.querySelector('.chat')) return;
  event.preventDefault();
  import('/panel.js').then(({ open }) => open(link)).catch(() => location.assign(link.href));
});

let leaving = false;

document.addEventListener('submit', async (event) => {
  if (event.target.getAttribute('action') !== '/logout') return;
  event.preventDefault();
  if (leaving) return;
  leaving = true;
  const within = (work) => Promise.race([work.catch(() => false), new Promise((done) => setTimeout(done, patience_ms, false))]);
  // First the session, then what the browser keeps: other tabs, which hear of it, must not find themselves signed in.
  const ended = await within(fetch('/logout', { method: 'POST', redirect: 'manual' }).then(({ type }) => type === 'opaqueredirect'));
  await within(import('/chat.js').then(({ wipe }) => wipe()));
  leaving = false;
  if (ended) location.assign('/login');
  // Says nothing to this listener: the form goes as it would have gone.
  else event.target.submit();
});
