// On every page of somebody who is signed in, and on the login: installs the service worker, and lets the browser forget at
// logout. Rule: the page works without any of this; above all its button "Log out".

const patience_ms = 2_000;

if (navigator.serviceWorker) {
  const registered = navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  // Offline there is nothing newer.
  registered.then((registration) => registration.update()).catch(() => {});
}

// Whoever logged out, or was, hears that nothing is lost.
async function tellWaiting() {
  const { waiting } = await import('/keep.js');
  const count = await waiting();
  if (count === 0) return;
  const line = document.createElement('p');
  line.className = 'hint';
  line.role = 'status';
  line.textContent = count === 1
    ? 'A message waits in this browser. It is sent when its author logs in here.'
    : `${count} messages wait in this browser. They are sent when their author logs in here.`;
  document.querySelector('main').append(line);
}

if (location.pathname === '/login') tellWaiting().catch(() => {});

let leaving = false;

document.addEventListener('submit', async (event) => {
  if (event.target.getAttribute('action') !== '/logout') return;
  event.preventDefault();
  if (leaving) return;
  leaving = true;
  const within = (work) => Promise.race([work.catch(() => false), new Promise((done) => setTimeout(done, patience_ms, false))]);
  // First the session, then what the browser keeps: other tabs, which hear of it, must not find themselves signed in.
  const ended = await within(fetch('/logout', { method: 'POST', redirect: 'manual' }).then(({ type }) => type === 'opaqueredirect'));
  await within(import('/keep.js').then(({ wipe }) => wipe()));
  leaving = false;
  if (ended) location.assign('/login');
  // Says nothing to this listener: the form goes as it would have gone.
  else event.target.submit();
});
