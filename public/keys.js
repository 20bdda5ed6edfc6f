// The keyboard: one listener of the page, and one register of shortcuts from which the sheet is made. Rule: it knows the page's elements
// and nothing else, and whatever was done, the focus is somewhere.
import { all, composer, find, inList, lists, settle, sift, stopAt, take } from './rows.js';

// What Safari says of the Enter that ends an input method's composition.
const composing_key = 229;
const isApple = /^(Mac|iP)/.test(navigator.platform);
// The parts of the page, and where the focus goes in each.
const parts = [
  ['.inbox', '.row[tabindex="0"]'],
  ['.timeline', 'article[tabindex="0"]'],
  ['.composer', 'textarea'],
  ['.panel', '.panel h1'],
  ['.top', '.top a'],
];

// What each does; those without an act are done where they happen.
const shortcuts = [
  { keys: 'Ctrl+k', does: 'Go to a conversation or person', act: () => open('switcher') },
  { keys: 'Alt+ArrowUp', does: 'Previous conversation', act: () => step(-1) },
  { keys: 'Alt+ArrowDown', does: 'Next conversation', act: () => step(1) },
  { keys: 'Alt+Shift+ArrowUp', does: 'Previous unread conversation', act: () => step(-1, true) },
  { keys: 'Alt+Shift+ArrowDown', does: 'Next unread conversation', act: () => step(1, true) },
  { keys: 'F6 Ctrl+F6', does: 'Next part of the page', act: () => cycle(1) },
  { keys: 'Shift+F6 Ctrl+Shift+F6', does: 'Previous part of the page', act: () => cycle(-1) },
  { keys: 'ArrowUp ArrowDown Home End', does: 'From one to the next, in messages and conversations' },
  { keys: 'ArrowUp', does: 'Edit what you wrote last, from an empty composer' },
  { keys: 'I Shift+F10', does: 'What can be done with a message' },
  { keys: 'Shift+PageUp', does: 'First unread message', act: () => find('[data-jump=unread] button')?.click() },
  { keys: 'Escape', does: 'Close; back to the composer; to the newest message' },
  { keys: 'Enter', does: 'Send; a new line where a finger types' },
  { keys: 'Ctrl+Enter', does: 'Send, everywhere' },
  { keys: 'Shift+Enter', does: 'New line' },
  { keys: '/', does: 'Search messages', act: () => find('[data-search]').click() },
  { keys: 'a', does: 'Any letter goes into the composer' },
  { keys: '? Ctrl+/', does: 'These shortcuts', act: () => open('sheet') },
];

let dialogs;

function open(what) {
  if (dialogs) dialogs[what](shortcuts, isApple);
  else load().then(() => open(what));
}

const load = async () => (dialogs = await import('/dialogs.js'));

function press(event) {
  const { target } = event;
  // A browser that fills in a form says "keydown" without a key.
  if (!event.key || event.defaultPrevented || event.isComposing || event.keyCode === composing_key) return;
  const name = nameOf(event);
  let isDone;
  if (target.closest('dialog[open]')) isDone = dialogs.press(target, name);
  else if (target.closest('input,textarea,select')) {
    const isText = '?/'.includes(name) || (name === 'Shift+PageUp' && !find('textarea:placeholder-shown'));
    isDone = !isText && (run(name) || inField(target, name) || inEmpty(target, name) || dismiss(name));
  } else isDone = run(name) || inList(target, name) || dismiss(name) || elsewhere(target, name);
  if (isDone) event.preventDefault();
}

// "Ctrl+Alt+Shift+ArrowUp"; "Ctrl" is ⌘ on an Apple machine. Letters are those of a Latin keyboard, signs come without "Shift".
function nameOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }) {
  let name = '';
  if (isApple ? metaKey : ctrlKey) {
    name = 'Ctrl+';
    if (key > '~' && code.startsWith('Key')) key = code.slice(3);
    if (key.length === 1) key = key.toLowerCase();
  }
  if (altKey) name += 'Alt+';
  if (shiftKey && key.length > 1) name += 'Shift+';
  return name + key;
}

function run(name) {
  const shortcut = shortcuts.find(({ keys, act }) => act && keys.split(' ').includes(name));
  shortcut?.act();
  return Boolean(shortcut);
}

// The field on top of the list.
function inField(field, name) {
  if (!field.matches('.filter')) return false;
  if (name === 'ArrowDown') return take(find(lists[0]));
  if (name === 'Escape' && !field.value) return take(find(composer));
  if (name !== 'Escape' && name !== 'Enter') return false;
  if (name === 'Enter') (find(lists[0]) ?? find('.inbox .hint a')).click();
  field.value = '';
  sift();
  return true;
}

// The composer, while there is nothing in it: what was written last is edited.
function inEmpty(field, name) {
  const isAsked = name === 'ArrowUp' && field.matches(composer) && !field.value;
  if (isAsked) import('/actions.js').then(({ editLast }) => editLast(), () => {});
  return isAsked;
}

// Nothing is new any more, and the end is in view; whether that was not so.
function dismiss(name) {
  const latest = find('[data-jump=latest]');
  if (name !== 'Escape' || !latest || (latest.hidden && !find('[data-jump=unread] span').textContent)) return false;
  find('[data-jump=unread] [aria-label=Dismiss]').click();
  latest.click();
  return true;
}

// What is typed goes into the composer: it takes the focus before the browser puts the letter somewhere.
function elsewhere(target, name) {
  if ([...name].length === 1 && name !== ' ' && !target.closest('[contenteditable]')) take(find(composer));
  return false;
}

const around = (list, at) => list.at(at % list.length);

// Another room, above or below the open one in the list; from the end on to the beginning.
function step(by, onlyUnread) {
  const rooms = all('.inbox [data-room]');
  let at = rooms.findIndex((room) => room.matches('[aria-current]'));
  if (at < 0 && by < 0) at = 0;
  const others = rooms.map((_, index) => around(rooms, at + by * (index + 1)));
  others.find((room) => !onlyUnread || room.querySelector('[data-unread]'))?.click();
}

// The next part of the page that is there.
function cycle(by) {
  settle();
  let at = parts.findIndex(([part]) => document.activeElement?.closest(part));
  if (at < 0 && by < 0) at = 0;
  parts.some((_, index) => take(find(around(parts, at + by * (index + 1))[1])));
}

const isTouch = () => matchMedia('(pointer: coarse)').matches;

// Gives the focus to where one writes; where that would open a keyboard of glass, to the name of the room.
function enter() {
  const goals = [composer, '.room-head h1'];
  if (isTouch()) goals.reverse();
  goals.some((goal) => take(find(goal)));
}

let focused;

// What had the focus may be gone, or out of sight; then it has the focus for a moment still.
function refocus() {
  if (!focused || focused.checkVisibility() || ![document.body, focused].includes(document.activeElement)) return;
  focused = undefined;
  enter();
}

// From the first "@" in a text on, members of the room are offered.
function name({ target }) {
  if (target.matches(composer) && target.value.includes('@')) import('/mentions.js').then(({ offer }) => offer(target), () => {});
}

const nears = ['pointerover', 'focusin', 'click'];

// Somebody comes near a message: what can be done to it is there from now on, and what was clicked before that is done.
async function near(event) {
  const { type, target } = event;
  if (!target.closest?.('.bubble')) return;
  const isClick = type === 'click' && target.closest('.reactions button, a.quote') && !event.ctrlKey && !event.metaKey;
  if (isClick) event.preventDefault();
  const { come, click } = await import('/actions.js');
  for (const name of nears) removeEventListener(name, near);
  if (isClick) click(event);
  else come(event);
}

let isDue = false;

// Something was drawn: what comes is sifted before it is seen, and the stops are looked at once in a frame.
function drawn() {
  sift();
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    settle();
    refocus();
  });
}

// What the reader may have done to the page before the chat came: written, scrolled, gone somewhere.
const touchable = [composer, '.filter', '.timeline', '.inbox'];
let touched;
// What the server put below the list; nobody draws it anew.
let lobby;

// Remembers it, while what the server drew is there.
export function remember() {
  lobby = find('.lobby');
  touched = touchable.map(find).map((part) => part && [part.value, part.selectionStart, part.selectionEnd, part.scrollTop, part === document.activeElement]);
}

// Does it to the chat.
export function restore() {
  if (lobby) find('.lobby').replaceWith(lobby);
  touchable.map(find).forEach((part, index) => {
    if (!part || !touched[index]) return;
    const [text, from, to, scrolled, hasFocus] = touched[index];
    if (text !== undefined) part.value = text;
    if (scrolled) part.scrollTop = scrolled;
    if (!hasFocus) return;
    part.focus({ preventScroll: true });
    part.setSelectionRange?.(from, to);
  });
}

// What the socket says that other scripts listen to, in the words of docs/protocol.md: all but messages.
export function overhear(text) {
  if (!/^{"type":"(event|lobby|people|presences?|profiles","people|welcome)"/.test(text) || text.includes('"kind":"message"')) return;
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    // Whoever reads it next says so.
    return;
  }
  dispatchEvent(new CustomEvent('twotick', { detail: frame }));
  const { type, rev, requests, row } = frame;
  const shown = type === 'lobby' ? find('.lobby')?.dataset.rev : find('[data-requests]')?.dataset.requests;
  if (!['lobby', 'people', 'profiles'].includes(type) || (!row && shown === String(rev ?? requests))) return;
  import('/lobby.js').then(({ draw }) => draw(frame)).catch(() => {});
}

// Listens from now on.
export function start() {
  addEventListener('keydown', press);
  addEventListener('focusin', (event) => {
    focused = event.target;
    stopAt(event);
  });
  // Whoever leaves it goes somewhere else on purpose.
  addEventListener('pointerdown', () => (focused = undefined));
  find('.filter').addEventListener('input', drawn);
  addEventListener('input', name);
  for (const name of nears) addEventListener(name, near);
  // A finger does not come near before it is there.
  if (isTouch()) import('/actions.js').catch(() => {});
  find('.inbox-head button').addEventListener('click', () => open('sheet'));
  const changes = { subtree: true, childList: true, attributeFilter: ['aria-current'] };
  new MutationObserver(drawn).observe(find('.chat'), changes);
  drawn();
  // The message that the address names, else where one writes.
  if (document.activeElement === document.body && !take(find('article[autofocus]')) && !isTouch()) take(find(composer));
  // Before it is asked for: letters that follow at once are for the field that it shows.
  load().catch(() => {});
}

let scrolled = 0;
// Rooms that were left, each with its last message and how far above that one was.
const places = new Map();
const lastMessage = () => all(lists[1]).at(-1)?.dataset.cid;

// From one room to another, or the list alone (''): the focus goes along.
export function arrive(left, room) {
  const list = find('.inbox');
  if (!left) scrolled = list.scrollTop;
  places.set(left, [lastMessage(), find('.timeline')?.scrollTop]);
  requestAnimationFrame(() => {
    const [last, above] = places.get(room) ?? [];
    const timeline = find('.timeline');
    // What is new is read by opening the room: then its end is shown. So it is where the place is too far above to be drawn.
    if (above && last === lastMessage() && timeline.scrollHeight - timeline.clientHeight > -above) timeline.scrollTop = above;
    if (find('dialog[open]')) return;
    if (room) enter();
    else [`.row[data-room="${left}"]`, parts[0][1]].some((goal) => take(find(goal)));
    // A list that was not seen may have forgotten how far it was scrolled.
    if (!room && !list.scrollTop) list.scrollTop = scrolled;
  });
}
