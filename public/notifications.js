// What the panel about notifications says when it is opened, and what is shown while no tab is open: that is pushed. Rule: it explains
// itself before the browser asks, and what a push service learns before there is one.

const quiet = 'a message that comes while this window is in the background';
const words = {
  on: `Here ${quiet} is shown on your screen, and taken away as soon as you have read it, here or on another device.`,
  off: `Turned on, this browser shows ${quiet}, and takes it away as soon as you have read it, here or on another device. It will ask you first whether it may.`,
  blocked: 'This browser blocks them for this site. To allow them, press the sign beside the address and open the permissions of the site.',
  insecure: 'Browsers show them only for sites on https or localhost, and this page came over plain http.',
  missing: 'This browser has none for pages. On an iPhone or iPad, add the site to the home screen and open it there.',
};
const choices = { on: [['test', 'Send a test'], ['off', 'Turn off']], off: [['on', 'Turn on']] };

const sealed = 'learns when something comes, and not what it says or who wrote it';
const away = {
  on: `Also while no tab of Twotick is open, until you log out here: then it comes through the push service of this browser, which ${sealed}.`,
  off: `While no tab of Twotick is open, it can only come through the push service of this browser, which ${sealed}: it is sealed for this browser.`,
};
const away_choices = { on: [['near', 'Not when closed']], off: [['away', 'Also when closed']] };
const troubles = {
  away: 'The push service of this browser could not be reached, or did not want to. Try again later.',
  near: 'That did not reach the server. Try again.',
  test: 'The push service of this browser did not take the test. Turn “when closed” off and on again.',
};

// Each drawing is one; an answer that is late for an earlier one is not drawn.
let turn = 0;

// Fills the panel; `press` hears which button was pressed.
export function explain(panel, told, press) {
  const own = (turn += 1);
  // The heading stays, and with it the focus.
  while (panel.children[1]) panel.children[1].remove();
  say(panel, words[told], choices[told], async (what) => {
    if (what === 'off') near().catch(() => {});
    if (what !== 'test' || !(await isAway().catch(() => false))) return press(what);
    await attempt(panel, told, press, what, () => ask('push_test'));
  });
  if (told !== 'on' || !globalThis.PushManager) return;
  state().then(({ key, is_on: isOn }) => {
    if (own !== turn || !key) return;
    const is = isOn ? 'on' : 'off';
    panel.dataset.away = is;
    say(panel, away[is], away_choices[is], (what) => attempt(panel, told, press, what, what === 'away' ? () => far(key) : near));
  }, () => {});
}

// A paragraph, and its buttons.
function say(panel, words, choices = [], press) {
  const text = document.createElement('p');
  text.textContent = words;
  const buttons = document.createElement('p');
  buttons.className = 'choices';
  for (const [value, name] of choices) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', value, textContent: name, className: ['on', 'away'].includes(value) ? 'primary' : '' });
    button.addEventListener('click', () => press(value));
    buttons.append(button);
  }
  panel.append(text, buttons);
}

// Does something that takes a while, and says when it has not worked; the button that was pressed keeps the focus, or the heading
// has it.
async function attempt(panel, told, press, what, work) {
  const button = panel.querySelector(`button[value="${what}"]`);
  if (button.ariaBusy) return;
  button.ariaBusy = 'true';
  panel.querySelector('[role=alert]')?.remove();
  const worked = await work().then(() => true, () => false);
  button.ariaBusy = null;
  if (worked && what !== 'test') {
    explain(panel, told, press);
    panel.firstElementChild.focus();
  } else if (!worked) {
    const line = document.createElement('p');
    line.role = 'alert';
    line.textContent = troubles[what];
    button.parentElement.after(line);
  }
}

async function ask(name, what = {}) {
  const answer = await fetch(`/api/fn/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

const subscription = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

// A subscription that was made for another key hears nothing any more.
async function state() {
  const [{ key, is_on: isOn }, own] = await Promise.all([ask('push_state'), subscription()]);
  return { key, is_on: isOn && Boolean(own) && isFor(own, key) };
}

const isAway = async () => (await state()).is_on;

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function isFor({ options }, key) {
  const own = options?.applicationServerKey;
  return !own || base64(own) === key;
}

async function far(key) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !isFor(before, key)) await before.unsubscribe();
  const own = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = own.toJSON();
  await ask('push_on', { push_address: endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

// First the server, which then has nowhere to push to.
async function near() {
  await ask('push_off');
  await (await subscription())?.unsubscribe();
}
