// A row of the list of conversations, drawn from the JSON of app/src/ui/inbox/told.rs. Rule: its nodes stay, what has not changed is not
// touched, and it is what the server draws (app/src/ui/inbox/markup.rs).
import { add, drawing, portray } from './rows.js';

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Absent where there is nothing to say.
function put(element, attributes) {
  for (const name in attributes) {
    const value = attributes[name];
    if (value) element.setAttribute(name, value);
    else element.removeAttribute(name);
  }
}

// One that shows nothing yet.
export function makeRow() {
  const row = add(new DocumentFragment(), 'li');
  const link = add(row, 'a', { class: 'row' });
  const portrait = add(link, 'span', { class: 'portrait' });
  add(portrait, 'span', { class: 'avatar', 'aria-hidden': true });
  add(portrait, 'span', { class: 'dot', role: 'img' });
  add(link, 'span', { class: 'row-title', dir: 'auto' });
  return row;
}

// What scripts that come later know of a row besides: files in a draft (public/files.js).
export const also = {};

export function showRow(row, told) {
  if (told === row.told) return;
  row.told = told;
  const said = JSON.parse(told);
  also.row?.(said);
  const { path, room, username, level, open, title, initials, color, picture, presence, stamp, time, kind, mark, before, text, badge } = said;
  const link = row.firstChild;
  const [portrait, name] = link.children;
  const [face, dot] = portrait.children;
  put(link, { href: path, 'data-room': room, 'data-username': username, 'data-level': level, 'aria-current': open && 'page' });
  put(face, { 'data-color': color });
  portray(face, initials, picture);
  put(dot, { 'data-presence': presence, 'aria-label': presence });
  write(name, title);
  if (!link.children[2]) {
    if (room) add(link, 'time');
    const last = add(link, 'span', { class: 'row-last' }, room ? '' : 'Say hello');
    if (room) {
      add(last, 'span', { class: 'row-before' });
      add(last, 'span', { dir: 'auto' });
      add(link, 'span', { class: 'badge', role: 'img' });
    }
  }
  if (!room) return;
  const [, , clock, last, unread] = link.children;
  put(clock, { datetime: stamp });
  write(clock, time);
  put(last, { 'data-preview': kind });
  last.querySelector('.tick')?.remove();
  if (mark) {
    const [word, sentence, name] = mark;
    const tick = add(last, 'span', { class: 'tick', role: 'img', 'data-mark': word, 'aria-label': sentence });
    drawing(tick, name);
    last.prepend(tick);
  }
  const [begin, words] = [...last.children].slice(-2);
  write(begin, before);
  write(words, text);
  // A mark without a number is one, too.
  unread.toggleAttribute('data-unread', Boolean(badge));
  if (badge) unread.dataset.unread = badge[0];
  put(unread, { 'aria-label': badge?.[1] });
  write(unread, badge?.[0] ?? '');
}
