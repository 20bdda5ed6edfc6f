// What can be done to a message: a toolbar where the pointer or the focus is, and a menu by right click, a long press, Shift+F10 or "I".
// Loaded when somebody first comes near a message. Rule: it only asks; what is done and shown is the module's, by the event `act`.
import { add, announce, composer, drawing, find } from '/chat.js';

// So long a finger rests on a message that wants its menu, and no further from where it came down.
const press_ms = 500;
const slip_px = 10;
// What fits into a bar.
const quick_max = 3;
const emoji_key = 'twotick emoji';
const usual = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

let bar;
let menu;
let pressed;
// The last click.
let done;

// The emoji that were used last in this browser.
export function used() {
  try {
    const list = JSON.parse(localStorage.getItem(emoji_key));
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function remember(emoji) {
  const list = [emoji, ...used().filter((one) => one !== emoji)].slice(0, 18);
  try {
    localStorage.setItem(emoji_key, JSON.stringify(list));
  } catch {
    // Then it is not remembered.
  }
}

const quick = (most) => [...new Set([...used(), ...usual])].slice(0, most);
const room = () => find('[data-conversation]').dataset.conversation;
// A message that is in the log and says something.
const isThere = (message) => message?.matches('[data-seq]:not([data-deleted], [data-note])');
const canWrite = () => find(composer);
const isMine = (message, emoji) =>
  [...message.querySelectorAll('.reactions [aria-pressed=true]')].some((chip) => chip.dataset.emoji === emoji);

function ask(message, act, content = '') {
  dispatchEvent(new CustomEvent('act', { detail: `${act} ${message.dataset.seq} ${content}` }));
}

function react(message, emoji) {
  const isOn = isMine(message, emoji);
  if (!isOn) remember(emoji);
  ask(message, isOn ? 'unreact' : 'react', emoji);
  announce(isOn ? `${emoji} taken back` : `Reacted with ${emoji}`);
}

function write(message, act) {
  ask(message, act);
  const field = find(composer);
  field?.focus();
  if (act === 'edit') field?.setSelectionRange(field.value.length, field.value.length);
}

export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Only https has a clipboard.
    const field = add(document.body, 'textarea', { class: 'hidden' });
    const before = document.activeElement;
    field.value = text;
    field.select();
    document.execCommand('copy');
    field.remove();
    before?.focus();
  }
  announce(words);
}

function remove(message) {
  find('dialog')?.remove();
  const dialog = add(document.body, 'dialog', { class: 'confirm', 'aria-label': 'Delete this message?', closedby: 'any' });
  add(dialog, 'h2', {}, 'Delete this message?');
  add(dialog, 'p', {}, 'What it says goes for everybody, and does not come back.');
  const form = add(dialog, 'form', { method: 'dialog' });
  add(form, 'button', { autofocus: '' }, 'Keep it');
  add(form, 'button', { value: 'delete', class: 'danger' }, 'Delete');
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue === 'delete') ask(message, 'delete');
    message.focus();
  });
  dialog.showModal();
}

async function inform(message) {
  // The panel gives the focus back to what opened it.
  message.href = `/r/${room()}/message/${message.dataset.seq}`;
  const { open } = await import('/panel.js');
  await open(message);
}

async function choose(message, anchor) {
  const { pick } = await import('/emoji.js');
  const emoji = await pick(anchor ?? message, used().length ? used() : usual);
  if (emoji) react(message, emoji);
  if (emoji !== null) message.focus();
}

// What the menu offers for a message.
const offers = [
  { word: 'Reply', may: canWrite, act: (message) => write(message, 'say') },
  { word: 'Edit', may: (message) => canWrite() && 'own' in message.dataset, act: (message) => write(message, 'edit') },
  { word: 'Copy text', act: (message) => copy(message.typed, 'Text copied') },
  { word: 'Copy link', act: (message) => copy(`${location.origin}/r/${room()}?at=${message.dataset.seq}`, 'Link copied') },
  { word: 'Details', act: inform },
  { word: 'Delete', may: (message) => 'own' in message.dataset, act: remove },
];

function emojiButtons(parent, message, most, role) {
  for (const emoji of quick(most)) {
    const isOn = isMine(message, emoji);
    const button = add(parent, 'button', { type: 'button', 'data-react': emoji, 'aria-label': `${isOn ? 'Take back' : 'React with'} ${emoji}` }, emoji);
    if (isOn) button.classList.add('on');
    if (role) button.role = role;
  }
}

// Shows the bar on a message, or on none.
function show(message) {
  const shown = bar?.parentElement;
  if (shown === message && isThere(message)) return;
  bar?.remove();
  bar = undefined;
  if (!isThere(message)) return;
  bar = add(message, 'div', { class: 'message-bar', role: 'toolbar', 'aria-label': 'What can be done with this message' });
  if (canWrite()) {
    emojiButtons(bar, message, quick_max);
    drawing(add(bar, 'button', { type: 'button', 'data-do': 'Reply', 'aria-label': 'Reply', title: 'Reply' }), 'reply');
  }
  drawing(add(bar, 'button', { type: 'button', 'data-do': 'more', 'aria-label': 'More', 'aria-haspopup': 'menu', title: 'More' }), 'more');
  const [bubble, view] = [message.getBoundingClientRect(), find('.timeline').getBoundingClientRect()];
  const beside = 'own' in message.dataset ? bubble.left - view.left : view.right - bubble.right;
  // Else it is over the message, or below it where the head of the room would cover it.
  bar.toggleAttribute('data-beside', beside > bar.offsetWidth + 16);
  bar.toggleAttribute('data-below', bar.getBoundingClientRect().top < view.top);
}

// The pointer or the focus has come to something.
export function come({ target, type }) {
  if (!(target instanceof Element) || menu) return;
  const message = target.closest('.bubble');
  // What the keyboard is at stays, wherever the pointer goes.
  if (type === 'pointerover' && bar?.matches(':focus-within')) return;
  show(message ?? document.activeElement?.closest?.('.bubble:focus-visible'));
}

// Opens the menu of a message: where the pointer is, else at its bar.
export function open(message, at) {
  close();
  if (!isThere(message)) return;
  menu = add(document.body, 'div', { class: 'menu', role: 'menu', 'aria-label': 'Message', popover: 'manual' });
  menu.message = message;
  if (canWrite()) {
    const row = add(menu, 'div', { role: 'group', 'aria-label': 'React' });
    emojiButtons(row, message, usual.length, 'menuitem');
    drawing(add(row, 'button', { type: 'button', role: 'menuitem', 'data-do': 'choose', 'aria-label': 'Another emoji', title: 'Another emoji' }), 'smile');
  }
  for (const { word, may } of offers) {
    if (may?.(message) ?? true) add(menu, 'button', { type: 'button', role: 'menuitem', 'data-do': word }, word);
  }
  menu.querySelector('[data-do=Delete]')?.classList.add('danger');
  menu.showPopover?.();
  message.setAttribute('data-chosen', '');
  place(menu, at ?? message.getBoundingClientRect());
  menu.querySelector('[role=menuitem]').focus();
}

// Puts what floats beside a place, within the window. A phone has it at the bottom (style/_actions.scss).
export function place(floating, { left, right = left, top, bottom = top }) {
  const { width, height } = floating.getBoundingClientRect();
  const isOwn = right > innerWidth * 0.75 && right !== left;
  const x = isOwn ? right - width : left;
  const y = bottom + height > innerHeight ? top - height : bottom;
  const within = (at, size, most) => `${Math.max(8, Math.min(at, most - size - 8))}px`;
  floating.style.left = within(x, width, innerWidth);
  floating.style.top = within(y, height, innerHeight);
}

function close(isLeft) {
  const { message } = menu ?? {};
  menu?.remove();
  menu = undefined;
  message?.removeAttribute('data-chosen');
  if (isLeft) message?.focus();
}

function step(by, isRow) {
  const items = [...menu.querySelectorAll('[role=menuitem]')];
  const group = menu.querySelector('[role=group]');
  const at = items.indexOf(document.activeElement);
  const inGroup = group?.contains(items[at]);
  const rest = items.filter((item) => !group?.contains(item));
  let next = items.at((at + by) % items.length);
  // The emoji stand in a row: down is past them.
  if (!isRow && inGroup) next = by > 0 ? rest[0] : rest.at(-1);
  if (!isRow && items[at] === rest[0] && by < 0 && group) next = group.firstElementChild;
  next.focus();
}

function press(event) {
  const { key, shiftKey, ctrlKey, altKey, metaKey, target } = event;
  if (menu) {
    const moves = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
    const items = menu.querySelectorAll('[role=menuitem]');
    if (moves[key]) step(moves[key], key === 'ArrowRight' || key === 'ArrowLeft');
    else if (key === 'Home') items[0].focus();
    else if (key === 'End') items[items.length - 1].focus();
    else if (key === 'Escape' || key === 'Tab') close(true);
    else if (key !== 'Enter' && key !== ' ') {
      const begun = [...items].find((item) => item.textContent.toLowerCase().startsWith(key.toLowerCase()));
      begun?.focus();
    } else return event.stopImmediatePropagation();
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  const isAsked = key === 'ContextMenu' || (shiftKey && key === 'F10') || (key.toLowerCase() === 'i' && !ctrlKey && !altKey && !metaKey);
  if (!isAsked || !target.matches('.bubble') || !isThere(target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  open(target);
}

export function click(event) {
  if (done === event) return;
  done = event;
  const { target } = event;
  // The finger that opened the menu is lifted.
  if (pressed?.isOver) return void (pressed = undefined);
  const button = target.closest('button, a.quote');
  const message = button?.closest('.menu')?.message ?? button?.closest('.bubble');
  if (menu && !target.closest('.menu')) close();
  if (!message) return;
  const { react: emoji, emoji: chip, do: what } = button.dataset;
  if (button.matches('a')) return jump(event, button);
  const isMenu = Boolean(button.closest('.menu'));
  const isKey = !event.detail;
  if (!emoji && !chip && !what) return;
  if (what === 'more') return open(message, button.getBoundingClientRect());
  const from = menu?.getBoundingClientRect();
  if (isMenu) close(isKey || !what);
  if (emoji ?? chip) {
    react(message, emoji ?? chip);
    // Its colours are of what was before.
    if (!isMenu && emoji) show();
    if (isKey && !chip) message.focus();
  } else if (what === 'choose') choose(message, from);
  else offers.find(({ word }) => word === what)?.act(message);
}

// To what is quoted; where it is not held, the link leads on.
function jump(event, link) {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const to = new URL(link.href).searchParams.get('at');
  if (dispatchEvent(new CustomEvent('jump', { detail: to, cancelable: true }))) return location.assign(link.href);
  const message = find(`.bubble[data-seq="${to}"]`);
  message?.focus({ preventScroll: true });
  message?.removeAttribute('data-flash');
  // Again from the beginning.
  void message?.offsetWidth;
  message?.setAttribute('data-flash', '');
  setTimeout(() => message?.removeAttribute('data-flash'), 2_000);
}

function askMenu(event) {
  const message = event.target.closest?.('.bubble');
  if (!isThere(message) || event.target.closest('a[href]:not(.quote)') || !getSelection().isCollapsed) return;
  event.preventDefault();
  if (!menu) open(message, { left: event.clientX, top: event.clientY });
}

// A finger rests on a message.
function rest(event) {
  clearTimeout(pressed?.timer);
  if (menu && !event.target.closest('.menu')) close();
  const message = event.target.closest?.('.bubble');
  pressed = undefined;
  if (event.pointerType === 'mouse' || !isThere(message)) return;
  pressed = { x: event.clientX, y: event.clientY };
  pressed.timer = setTimeout(() => {
    getSelection().removeAllRanges();
    pressed.isOver = true;
    if (!menu) open(message, { left: pressed.x, top: pressed.y });
  }, press_ms);
}

const leave = () => clearTimeout(pressed?.timer);
const slip = ({ clientX, clientY }) => pressed && Math.hypot(clientX - pressed.x, clientY - pressed.y) > slip_px && leave();

// The newest message of one's own, to be edited.
export function editLast() {
  const own = [...document.querySelectorAll('.bubble[data-own]')].filter(isThere);
  const last = own.at(-1);
  if (last) write(last, 'edit');
}

// Before the keyboard of the page, which would go elsewhere with these keys.
addEventListener('keydown', press, true);
addEventListener('click', click);
addEventListener('contextmenu', askMenu);
addEventListener('pointerdown', rest);
addEventListener('pointermove', slip, { passive: true });
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, leave);
for (const near of ['pointerover', 'focusin']) addEventListener(near, come);
addEventListener('resize', () => close());
addEventListener('scroll', () => menu && !find('.menu:focus-within') && close(), { capture: true, passive: true });
