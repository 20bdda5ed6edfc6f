// Whom to name: members of the room whose names begin with what stands between "@" and the caret. Rule: while the list is open it takes
// the keys that it needs and no other, and where no answer comes there is no list.
import { add, portray } from '/chat.js';

// What Safari says of the Enter that ends an input method's composition.
const composing_key = 229;
// Longer names there are none.
const name_chars_max = 64;
// "@" and the beginning of a name, where the server would see one: within a word or an address it begins none. Scripts without spaces
// between words may stand before it.
const begun = /(?:^|[^\p{L}\p{N}/]|[\u2e80-\u{10ffff}])@([\p{L}\p{M}\p{N}._-]*)$/u;

// The list that is there: its field, where the "@" stands, who is in it, and which of them is chosen.
let open;
// The "@" whose list was closed by the user.
let dismissed;
let turn = 0;

// What is typed of a name before the caret.
function typed({ value, selectionStart: caret, selectionEnd }) {
  if (caret !== selectionEnd) return undefined;
  const found = begun.exec(value.slice(Math.max(0, caret - name_chars_max), caret));
  return found && { from: caret - found[1].length - 1, prefix: found[1].toLowerCase() };
}

// The text of the composer has changed.
export async function offer(area) {
  const name = typed(area);
  turn += 1;
  if (!name || dismissed?.area !== area || dismissed.from !== name.from) dismissed = undefined;
  if (!name || dismissed) return close();
  // Until the answer is here, those who are shown and still fit.
  if (open) show(area, name, open.people.filter((person) => fits(person, name.prefix)));
  const own = turn;
  const people = await find(area, name.prefix).catch(() => []);
  if (own === turn) show(area, name, document.activeElement === area && typed(area)?.from === name.from ? people : []);
}

const fits = ({ username, display_name: name }, prefix) =>
  [username, ...name.split(' '), name].some((word) => word.toLowerCase().startsWith(prefix));

async function find(area, prefix) {
  const { conversation } = area.closest('.conversation').querySelector('[data-conversation]').dataset;
  const answer = await fetch('/api/fn/find_members', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room: Number(conversation), prefix }),
  });
  return answer.ok ? answer.json() : [];
}

// The field keeps the focus; the chosen one is named by `aria-activedescendant`.
function show(area, { from }, people) {
  close();
  if (people.length === 0) return;
  const list = add(area.form, 'ul', { class: 'mentions', role: 'listbox', id: 'mentions', 'aria-label': 'Members' });
  const options = people.map(({ id, username, display_name: name, avatar }, index) => {
    const option = add(list, 'li', { role: 'option', id: `mention-${index}` });
    portray(add(option, 'span', { class: 'avatar', 'aria-hidden': 'true', 'data-color': id % 8 }), [...name][0], avatar && `/avatars/${avatar}`);
    add(option, 'span', { dir: 'auto' }, name);
    add(option, 'bdi', { dir: 'ltr' }, `@${username}`);
    return option;
  });
  // A press would take the focus away, and with it a phone's keyboard.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', ({ target }) => pick(options.indexOf(target.closest('[role=option]'))));
  for (const [name, value] of Object.entries(expanded)) area.setAttribute(name, value);
  open = { area, list, from, people, options };
  choose(0);
}

const expanded = { role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'mentions', 'aria-autocomplete': 'list' };

function close() {
  if (!open) return;
  open.list.remove();
  for (const name of [...Object.keys(expanded), 'aria-activedescendant']) open.area.removeAttribute(name);
  open = undefined;
}

function choose(index) {
  const { area, options } = open;
  open.at = (index + options.length) % options.length;
  options.forEach((option, at) => option.setAttribute('aria-selected', String(at === open.at)));
  options[open.at].scrollIntoView({ block: 'nearest' });
  area.setAttribute('aria-activedescendant', options[open.at].id);
}

// The name takes the place of what was typed of it, as if it had been typed: it can be undone, and the draft hears of it.
function pick(index) {
  const { area, from, people } = open;
  const caret = area.selectionStart;
  const person = people[index];
  close();
  if (!person) return;
  const text = `@${person.username}${area.value[caret] === ' ' ? '' : ' '}`;
  area.focus();
  area.setSelectionRange(from, caret);
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, from, caret, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

function press(event) {
  const { target, key, isComposing, keyCode, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (target !== open?.area || isComposing || keyCode === composing_key || altKey || ctrlKey || metaKey || shiftKey) return;
  if (key === 'ArrowDown') choose(open.at + 1);
  else if (key === 'ArrowUp') choose(open.at - 1);
  else if (key === 'Enter' || key === 'Tab') pick(open.at);
  else if (key === 'Escape') {
    dismissed = open;
    close();
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Before the composer, which would send, and the page, which would go elsewhere.
addEventListener('keydown', press, true);
addEventListener('focusout', ({ target }) => target === open?.area && close());
document.addEventListener('selectionchange', () => open && typed(open.area)?.from !== open.from && close());
