// Modal dialogs: the quick switcher, by a few letters of a name, and the sheet of shortcuts. Rule: made when they open and gone when
// they close, by which the browser gives the focus back to where it was.
import { add, all, find, folded, isWanted, peoplePage, titleOf } from '/chat.js';

// Longer lists are not read; a letter more makes them short.
const options_max = 50;

function open(kind, name) {
  // One that is closed may stand there for a moment.
  find('dialog')?.remove();
  const dialog = add(document.body, 'dialog', { class: kind, 'aria-label': name, closedby: 'any' });
  add(add(dialog, 'form', { method: 'dialog' }), 'button', { class: 'close' }, 'Close');
  dialog.addEventListener('close', () => dialog.remove());
  return dialog;
}

// The focus stays in its field; the chosen one of the list is named by `aria-activedescendant`.
export function switcher() {
  if (find('dialog[open]')) return;
  const dialog = open('switcher', 'Go to');
  const field = add(dialog, 'input', {
    role: 'combobox',
    'aria-label': 'Conversation or person',
    placeholder: 'Go to a conversation or person',
    'aria-expanded': 'true',
    'aria-controls': 'options',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    autofocus: '',
    dir: 'auto',
  });
  const list = add(dialog, 'ul', { role: 'listbox', id: 'options', 'aria-label': 'Conversations and people' });
  const none = add(dialog, 'p', { class: 'hint' });
  const fillNow = () => fill(field, list, none);
  field.addEventListener('input', fillNow);
  list.addEventListener('click', ({ target }) => {
    const option = target.closest('[role=option]');
    if (option) go(option);
  });
  fillNow();
  dialog.showModal();
}

const unreadOf = (row) => row.querySelector('[data-unread]');

// What there is for the letters in the field: rooms with something unread, other rooms, people. All of them are rows of the list.
function fill(field, list, none) {
  const wanted = folded(field.value);
  const turn = (row) => (unreadOf(row) ? 0 : row.dataset.room ? 1 : 2);
  const rows = all('.inbox li>.row').filter((row) => isWanted(row, wanted));
  rows.sort((one, other) => turn(one) - turn(other));
  list.replaceChildren();
  for (const row of rows.slice(0, options_max)) addOption(list, row);
  none.replaceChildren();
  const isEmpty = rows.length === 0;
  if (isEmpty) add(none, 'a', { href: peoplePage(field.value) }, 'Nobody of that name here. Find people');
  field.setAttribute('aria-expanded', String(!isEmpty));
  choose(field, list.firstElementChild);
}

function addOption(list, row) {
  const path = row.getAttribute('href');
  const option = add(list, 'li', { role: 'option', id: `option${path}`, 'data-path': path });
  option.append(row.querySelector('.portrait').cloneNode(true));
  add(option, 'span', { dir: 'auto' }, titleOf(row));
  if (unreadOf(row)) option.append(unreadOf(row).cloneNode(true));
}

const chosen = () => find('.switcher [aria-selected=true]');

function choose(field, option) {
  chosen()?.setAttribute('aria-selected', 'false');
  field.setAttribute('aria-activedescendant', option?.id ?? '');
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
}

function go({ dataset: { path } }) {
  find('.switcher').close();
  const row = find(`.inbox .row[href="${path}"]`);
  if (row) row.click();
  else location.assign(path);
}

// A key in a dialog; whether it is used up.
export function press(field, name) {
  if (!field.matches('.switcher input')) return false;
  const [list, option] = [find('#options'), chosen()];
  if (name === 'ArrowDown') choose(field, option?.nextElementSibling ?? list.firstElementChild);
  else if (name === 'ArrowUp') choose(field, option?.previousElementSibling ?? list.lastElementChild);
  else if (name !== 'Enter') return false;
  else if (option) go(option);
  else find('.switcher .hint a').click();
  return true;
}

// The sheet: made from the register, so that it shows what works.
export function sheet(shortcuts, isApple) {
  if (find('dialog[open]')) return;
  const dialog = open('sheet', 'Keyboard shortcuts');
  add(dialog, 'h2', {}, 'Keyboard shortcuts');
  // On a phone it is longer than the window, and scrolled by keys as well.
  const body = add(dialog, 'div', { tabindex: '0' });
  const list = add(body, 'dl');
  for (const { keys, does } of shortcuts) {
    const shown = add(list, 'dt');
    keys.split(' ').forEach((one, index) => {
      if (index > 0) add(shown, 'span', {}, ' or ');
      for (const key of one.split('+')) add(shown, 'kbd', {}, sign(key, isApple));
    });
    add(list, 'dd', {}, does);
  }
  add(body, 'h2', {}, 'Formatting');
  const formats = add(body, 'dl');
  for (const [typed, shown, tag] of formatting) {
    add(add(formats, 'dt'), 'code', {}, typed);
    add(add(formats, 'dd'), tag ?? 'span', {}, shown);
  }
  dialog.showModal();
}

// What is typed, what it looks like, in which element (crates/domain/src/formatting.rs).
const formatting = [
  ['**bold**', 'bold', 'b'],
  ['*italics*', 'italics', 'i'],
  ['~~struck~~', 'struck', 's'],
  ['`code`', 'code', 'code'],
  ['[words](https://…)', 'words that lead there'],
  ['> words', 'a quote, line by line'],
  ['- one\n- two', 'a list, of two lines or more'],
  ['1. one\n2. two', 'a list with numbers'],
  ['```\nlines\n```', 'lines of code'],
];

const signs = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', a: 'A–Z' };
const appleSigns = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

// What stands on the key.
const sign = (key, isApple) => (isApple && appleSigns[key]) || signs[key] || (key.length === 1 ? key.toUpperCase() : key);
