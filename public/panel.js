// A page beside the conversation: a link marked `data-panel` opens the document that it leads to at the side, on a phone over everything
// else. Rule: what it shows came from the server as a page and is adopted as elements; without this script the link leads to the page.
import { add, drawing, find } from '/chat.js';

const phone = matchMedia('(max-width: 47.99rem)');
// Several changes at once are looked at together.
const pause_ms = 300;
// A room's log and what its details show; see docs/protocol.md.
const isChange = ({ type, kind }) => type === 'event' && kind !== 'message';

let panel;
let opener;
// Where its contents came from.
let shown;
let isPushed = false;
let due;
// How often something was asked for: what was asked before is not shown any more.
let turns = 0;
// While something in it is pressed: until that is let go, it stays where it is.
let pressed;
let letGo = () => {};
// Who came or went since what is shown was asked for, and whether they are here.
const heard = new Map();

const pathOf = (address) => new URL(address, location.href).pathname;
const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }) => !button && !metaKey && !ctrlKey && !shiftKey && !altKey;

const body = () => panel.lastElementChild;

// Opens what a link leads to. Where that cannot be had, the link is followed.
export async function open(link) {
  heard.clear();
  try {
    const main = await fetch(link.href).then(mainAt, (error) => spare(link.href, error));
    if (!panel) unfold();
    opener = link;
    shown = link.href;
    begin(main);
  } catch {
    location.assign(link.href);
  }
}

function mainAt(answer) {
  if (answer.redirected) throw new Error('another page');
  return mainOf(answer);
}

// What can be filled in without the server, which cannot be reached.
async function spare(address, error) {
  const [, room] = pathOf(address).match(/^\/r\/(\d+)\/location$/) ?? [];
  if (!room) throw error;
  const { blank } = await import('/location.js');
  return blank(room);
}

async function mainOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return document.adoptNode(page.querySelector('main'));
}

function unfold() {
  panel = add(document.body, 'aside', { class: 'panel', tabindex: '-1' });
  const button = add(panel, 'button', { type: 'button', class: 'bare close', 'aria-label': 'Close the panel' });
  drawing(button, 'close');
  add(panel, 'div');
  button.addEventListener('click', leave);
  panel.addEventListener('pointerdown', press);
  panel.addEventListener('click', follow);
  panel.addEventListener('submit', send);
  room.observe(find('.chat'), { attributeFilter: ['data-open'] });
  phone.addEventListener('change', cover);
  cover();
  if (!phone.matches) return;
  // "Back" closes what covers everything.
  isPushed = true;
  history.pushState(null, '');
}

// Of two fingers the first one counts no more.
function press() {
  letGo();
  pressed = new Promise((done) => (letGo = done));
}

// Over everything, it is all that there is; beside the conversation, it is one part of the page.
function cover() {
  for (const part of ['.top', '.seed', '.skip']) find(part).inert = phone.matches;
  panel.role = phone.matches ? 'dialog' : 'complementary';
  panel.ariaModal = phone.matches ? 'true' : null;
}

function fill(main) {
  body().className = main.className;
  body().replaceChildren(...main.childNodes);
  heard.forEach(mark);
  if (body().querySelector('#avatar')) import('/settings.js').then(({ ready }) => ready(body())).catch(() => {});
  if (body().querySelector('.new-place')) import('/location.js').then(({ ready }) => ready(body())).catch(() => {});
  const head = body().querySelector('h1');
  head?.setAttribute('tabindex', '-1');
  panel.setAttribute('aria-label', `Beside the conversation: ${head?.textContent ?? ''}`);
}

// Where one begins: at what was wrong, at what is to be filled in, else at the name.
function enter() {
  const goals = ['[aria-invalid]', '[autofocus]', 'h1'].map((goal) => body().querySelector(goal));
  (goals.find(Boolean) ?? panel).focus({ preventScroll: true });
  panel.scrollTop = 0;
}

function begin(main) {
  fill(main);
  enter();
}

// The user is done with it.
export function leave() {
  if (isPushed) history.back();
  else close();
}

function close(isGoingOn) {
  if (!panel) return;
  room.disconnect();
  phone.removeEventListener('change', cover);
  for (const part of ['.top', '.seed', '.skip']) find(part).inert = false;
  panel.remove();
  panel = undefined;
  isPushed = false;
  clearTimeout(due);
  if (isGoingOn) return;
  // What opened it may be gone.
  const back = [opener, find('.room-head h1 a'), find('.filter')].find((goal) => goal?.isConnected && goal.checkVisibility());
  back?.focus();
}

// Another room is another panel.
const room = new MutationObserver(() => close(true));

function follow(event) {
  const link = event.target.closest('a[href]');
  if (!link || link.target || !isPlain(event) || link.origin !== location.origin) return;
  const isHere = link.pathname === location.pathname;
  if (isHere && link.search) {
    if (!jump(link)) return;
  } else if (isHere) leave();
  else if (link.pathname === pathOf(shown) || 'panel' in link.dataset) load(link.href, begin);
  else return;
  event.preventDefault();
}

// To a message of this conversation that is drawn; whether it is. Others are gone to.
function jump(link) {
  const at = Number(new URLSearchParams(link.search).get('at'));
  const message = find(`article[data-seq="${at}"]`);
  if (!message || phone.matches) return false;
  find('article[autofocus]')?.removeAttribute('autofocus');
  message.setAttribute('autofocus', '');
  message.scrollIntoView({ block: 'center' });
  message.focus({ preventScroll: true });
  return true;
}

async function send(event) {
  event.preventDefault();
  const { target: form, submitter } = event;
  // A second press of the same button; a look that is on its way keeps nobody waiting.
  if (panel.ariaBusy) return;
  const written = new FormData(form, submitter);
  // Files go as they are.
  const data = form.enctype.startsWith('multipart') ? written : new URLSearchParams(written);
  const place = placeOf(submitter ?? form);
  if (form.method === 'get') load(`${form.action}?${data}`, begin);
  else load(form.action, (main) => (fill(main), returnTo(place)), { method: 'POST', body: data });
}

// Shows what an address answers; one that leads out of here is gone to.
async function load(address, show, options, isLook) {
  const asked = panel;
  const turn = ++turns;
  heard.clear();
  panel.ariaBusy = isLook ? null : 'true';
  // It may be closed meanwhile, or something else be asked for.
  const isOver = () => panel !== asked || turn !== turns;
  try {
    const answer = await fetch(address, options);
    if (isOver()) return;
    // Back to the conversation that is open: what was sent appears there.
    if (answer.redirected && pathOf(answer.url) === location.pathname) return leave();
    if (answer.redirected && pathOf(answer.url) !== pathOf(shown)) return location.assign(answer.url);
    const main = await mainOf(answer);
    if (isLook) await pressed;
    if (isOver()) return;
    // The room is not the user's any more.
    if (!options && answer.status === 404) return close(true);
    // What was written while it was on its way stays.
    if (isLook && isBegun()) return offer();
    if (!options) shown = answer.url;
    show(main);
  } catch (error) {
    const main = options ? undefined : await spare(address, error).catch(() => undefined);
    // Nobody asked for a look; the next one comes with the next change.
    if (isOver() || isLook) return;
    if (!main) return complain();
    shown = address;
    show(main);
  } finally {
    if (!isOver()) asked.ariaBusy = null;
  }
}

function complain() {
  body().querySelector('[data-code=unknown]')?.remove();
  const line = document.createElement('p');
  line.className = 'error';
  line.role = 'alert';
  line.dataset.code = 'unknown';
  line.textContent = 'There was no answer, so nobody knows whether that arrived. Try again.';
  body().querySelector('h1').after(line);
}

// How to find an element again in another answer: what it is about, its form, itself.
function placeOf(element) {
  const form = element.closest('form');
  const member = element.closest('[data-member]')?.dataset.member;
  return [
    element.id && `#${CSS.escape(element.id)}`,
    member && `[data-member="${CSS.escape(member)}"] summary`,
    form && `form[action="${CSS.escape(form.getAttribute('action'))}"] [type=submit]`,
  ].filter(Boolean);
}

// The focus is where it was, or where something is wrong.
function returnTo(place) {
  const wrong = body().querySelector('[role=alert]');
  if (wrong) enter();
  else place.some((selector) => body().querySelector(selector)?.focus() === undefined && body().contains(document.activeElement)) || enter();
  wrong?.scrollIntoView({ block: 'nearest' });
}

const fields = () => [...body().querySelectorAll('input:not([type=hidden]), textarea')];
const isWritten = (field) => (field.type === 'checkbox' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

// Whether something is being written, or was refused.
const isBegun = () => Boolean(body().querySelector('[role=alert]')) || fields().some(isWritten);

// Somebody came, went or changed something: what is shown is read again, unless that would take away what is being written, or
// what was answered to it.
function renew() {
  if (!panel) return;
  if (panel.ariaBusy) return later();
  if (isBegun()) return offer();
  load(shown, keepPlace, undefined, true);
}

function later() {
  clearTimeout(due);
  due = setTimeout(renew, pause_ms);
}

// What is open, focused and in view stays so.
function keepPlace(main) {
  const [scrolled, focused] = [panel.scrollTop, panel.contains(document.activeElement) ? document.activeElement : undefined];
  const opened = [...body().querySelectorAll('details[open]')].map((details) => details.closest('[data-member]')?.dataset.member);
  const place = focused && (body().contains(focused) ? placeOf(focused) : undefined);
  // What somebody saves, their own socket tells as a change; that it was saved stays.
  const saved = body().querySelector('[data-saved]');
  if (saved) main.querySelector('.peer').after(saved);
  fill(main);
  for (const member of opened) body().querySelector(`[data-member="${CSS.escape(member ?? '')}"] details`)?.setAttribute('open', '');
  if (place) returnTo(place);
  panel.scrollTop = scrolled;
}

function offer() {
  if (body().querySelector('[data-outdated]')) return;
  const line = document.createElement('p');
  line.className = 'hint';
  line.role = 'status';
  line.dataset.outdated = '';
  line.append('Something has changed here. ');
  add(line, 'button', { type: 'button' }, 'Show it').addEventListener('click', () => load(shown, begin));
  // At the end, so that nothing moves.
  body().append(line);
}

// Shows of somebody whether they are here, where that is the user's to know.
function mark(online, user) {
  const word = online ? 'online' : 'offline';
  for (const face of body().querySelectorAll(`[data-face="${user}"]`)) {
    const row = face.closest('[data-member], .peer');
    const dot = row?.querySelector('[data-presence]:not([data-presence=unknown])');
    if (!dot) continue;
    dot.dataset.presence = word;
    row.querySelector('[data-seen]').textContent = ` · ${word}`;
  }
}

const presences = ({ type, people, ...one }) => ({ presence: [one], presences: people })[type] ?? [];

// Whether what is shown may be another by now.
function isAbout(frame) {
  const { type } = frame;
  // Who came and went while there was no connection is not told again, and the page words when somebody was last seen.
  const isGone = presences(frame).some(({ user, online }) => !online && body().querySelector(`[data-face="${user}"]`));
  if (type === 'welcome' || isGone) return body().querySelector('[data-seen]') && !isBegun();
  if (type === 'profiles') return frame.people.some(({ id }) => body().querySelector(`[data-face="${id}"]`));
  return isChange(frame) && pathOf(shown).startsWith(`/r/${frame.room}/`);
}

// What the socket says, by public/keys.js.
addEventListener('twotick', ({ detail }) => {
  for (const { user, online } of presences(detail)) {
    heard.set(user, online);
    if (panel) mark(online, user);
  }
  if (panel && isAbout(detail)) later();
});
// The click comes right after it.
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(letGo));
addEventListener('popstate', () => close());
addEventListener('keydown', (event) => {
  if (!panel || event.key !== 'Escape' || event.isComposing || event.defaultPrevented || find('dialog[open]')) return;
  event.preventDefault();
  leave();
});
