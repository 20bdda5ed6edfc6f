// The rows of lists: how keys lead from one to the next, and which conversations are shown. Rule: each list has one stop for Tab, and
// case and accents of names do not matter.

// The lists, by their rows: conversations and messages.
export const lists = ['li:not([hidden])>.row', 'article[data-cid]'];
export const composer = '.composer textarea';

export const find = (selector) => document.querySelector(selector);
export const all = (selector) => [...document.querySelectorAll(selector)];

// A new element with attributes and a text, at the end of another one.
export function add(parent, tag, attributes = {}, text = '') {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.textContent = text;
  parent.append(element);
  return element;
}

// Somebody's face: letters, and over them the picture, if there is one.
export function portray(face, letters, picture) {
  if (face.textContent !== letters) face.textContent = letters;
  const shown = face.querySelector('img');
  if (picture === shown?.getAttribute('src')) return;
  shown?.remove();
  if (picture) add(face, 'img', { src: picture, alt: '' });
}

// To the module, what somebody wants done (app/src/live/asked.rs).
export const ask = (detail) => dispatchEvent(new CustomEvent('act', { detail }));

// A drawing of the sprite's (app/src/sprite.rs).
export function drawing(parent, name) {
  const [icon, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  icon.setAttribute('class', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  icon.append(use);
  parent.append(icon);
  return icon;
}

// Gives the focus; whether it was taken: what is not seen does not take it.
export function take(element) {
  element?.focus();
  return Boolean(element) && document.activeElement === element;
}

// A key on a row; whether it is used up.
export function inList(target, name) {
  const list = lists.find((list) => target.closest(list));
  if (!list) return false;
  if (name === 'Escape') return take(find(composer));
  const rows = all(list);
  const at = rows.indexOf(target.closest(list));
  const to = { ArrowUp: Math.max(at - 1, 0), ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[name];
  if (to === undefined) return false;
  take(rows[to]);
  return true;
}

// The buttons of a message are stops while the focus is in it.
function offer(target) {
  for (const button of all('article button')) button.tabIndex = button.closest('article').contains(target) ? 0 : -1;
}

// The focus has come to an element: its list's stop is there now.
export function stopAt({ target }) {
  offer(target);
  const list = lists.find((list) => target.matches(list));
  if (!list) return;
  for (const other of all(`${list}[tabindex="0"]`)) other.tabIndex = -1;
  target.tabIndex = 0;
  if (target.dataset.cid) target.setAttribute('aria-label', label(target));
}

// "Who, 09:05: answers Ana: when? what. Edited. 👍 you. Read".
function label(message) {
  const [author, time, quote, text, tick] = ['.bubble>span', 'time', '.quote', '.text', '[data-tick]'].map((part) => message.querySelector(part));
  const parts = [`${author.lastChild.textContent.replace(/: $/, '')}, ${time.textContent}: `];
  if (quote) parts[0] += `answers ${[...quote.children].map((part) => part.textContent).join(': ')}. `;
  // Items of a list are not one word.
  parts[0] += text.innerText;
  for (const file of message.querySelectorAll('.files img, .file b')) parts.push(file.alt || file.textContent);
  if (message.matches('[data-mention]')) parts.push('Mentions you');
  if (message.matches('[data-edited]')) parts.push('Edited');
  if (message.matches('[data-changing]')) parts.push('A change waits to be sent');
  for (const chip of message.querySelectorAll('.reactions button')) parts.push(chip.getAttribute('aria-label'));
  if (tick) parts.push(tick.getAttribute('aria-label'));
  return parts.join('. ');
}

// Each list has one stop: where the focus is, else at the open room or the first, and at the newest message.
export function settle() {
  for (const list of lists) {
    const rows = all(list);
    const atRest = list === lists[0] ? (rows.find((row) => row.matches('[aria-current]')) ?? rows[0]) : rows.at(-1);
    const stop = rows.find((row) => row.contains(document.activeElement)) ?? atRest;
    for (const row of rows) {
      const index = row === stop ? '0' : '-1';
      if (row.getAttribute('tabindex') !== index) row.setAttribute('tabindex', index);
    }
  }
  offer(document.activeElement);
  // What scrolls is a stop of its own as long as there is none in it.
  find('.timeline')?.setAttribute('tabindex', find(lists[1]) ? -1 : 0);
}

// A text without case and accents.
export const folded = (text) => text.trim().normalize('NFD').toLowerCase().replace(/[\u0300-\u036f]/g, '');
// Whether a row is one of those that are looked for.
export const isWanted = (row, wanted) => !wanted || folded(`${titleOf(row)} ${row.dataset.username ?? ''}`).includes(wanted);
export const titleOf = (row) => row.querySelector('.row-title').textContent;
// Where somebody else may be found.
export const peoplePage = (name) => (name ? `/people?q=${encodeURIComponent(name.trim())}` : '/people');

// Shows the rows that the field on top asks for. What is so already is not touched: its observer would hear of it.
export function sift() {
  const { value } = find('.filter');
  const [wanted, rows, unfound] = [folded(value), all('.inbox li>.row'), find('[data-unfound]')];
  for (const row of rows) row.parentElement.hidden = !isWanted(row, wanted);
  // Whoever is in a room already need not find it below.
  for (const row of all('[data-unless]')) row.hidden = Boolean(find(`.inbox ${row.dataset.unless}`));
  const words = rows.length && !find(lists[0]) ? 'Nobody of that name here. ' : '';
  if (unfound.textContent !== words) unfound.textContent = words;
  unfound.parentElement.querySelector('a').setAttribute('href', peoplePage(value));
}
