// The picker of emoji, for a reaction: what the server's page `/emoji` lists, with a field to look for one and the last used ones first.
// Rule: loaded and fetched when it is opened; where the page cannot be had, what is known here is offered.
import { place } from '/actions.js';
import { add, folded } from '/chat.js';

// So many are in a row (style/_actions.scss).
const columns = 8;

let groups;

async function load() {
  const answer = await fetch('/emoji');
  if (!answer.ok || answer.redirected) throw new Error('no list');
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const all = [...page.querySelectorAll('[data-emoji]')];
  const named = Map.groupBy?.(all, groupOf) ?? grouped(all);
  return [...named].map(([name, buttons]) => ({
    name,
    list: buttons.map((button) => ({ emoji: button.dataset.emoji, name: button.title, sought: folded(button.title) })),
  }));
}

const groupOf = (button) => button.closest('section, fieldset, details')?.querySelector('h2, h3, legend, summary')?.textContent ?? '';

function grouped(all) {
  const named = new Map();
  for (const button of all) named.set(groupOf(button), [...(named.get(groupOf(button)) ?? []), button]);
  return named;
}

// Answers with the chosen one; with nothing when it was left, with null when the user went elsewhere.
export function pick(anchor, last) {
  return new Promise((resolve) => {
    const picker = add(document.body, 'div', { class: 'picker', role: 'dialog', 'aria-label': 'Choose an emoji', popover: 'manual' });
    const field = add(picker, 'input', { type: 'search', 'aria-label': 'Look for an emoji', placeholder: 'Look for an emoji', autocomplete: 'off' });
    const list = add(picker, 'div', { class: 'emoji' });
    const end = (answer) => {
      removeEventListener('pointerdown', outside, true);
      removeEventListener('keydown', press, true);
      picker.remove();
      resolve(answer);
    };
    const outside = ({ target }) => picker.contains(target) || end(null);
    const press = (event) => {
      if (!picker.contains(event.target)) return;
      event.stopImmediatePropagation();
      if (event.key === 'Escape') end();
      else if (!move(event, field, list)) return;
      event.preventDefault();
    };
    addEventListener('pointerdown', outside, true);
    addEventListener('keydown', press, true);
    list.addEventListener('click', ({ target }) => target.dataset?.emoji && end(target.dataset.emoji));
    const draw = () => fill(list, folded(field.value), last);
    field.addEventListener('input', draw);
    picker.showPopover?.();
    draw();
    place(picker, anchor.getBoundingClientRect?.() ?? anchor);
    field.focus();
    loadOnce().then(draw, () => add(list, 'p', { class: 'hint' }, 'The others cannot be had without a connection.'));
  });
}

async function loadOnce() {
  groups ??= await load();
}

function fill(list, wanted, last) {
  list.replaceChildren();
  const known = (emoji) => groups?.flatMap(({ list }) => list).find((one) => one.emoji === emoji)?.name ?? emoji;
  if (!wanted) draw(list, 'Used last', last.map((emoji) => ({ emoji, name: known(emoji) })));
  for (const { name, list: all } of groups ?? []) draw(list, name, wanted ? all.filter(({ sought }) => sought.includes(wanted)) : all);
  // One stop for Tab; from there on by arrows.
  list.querySelector('button')?.setAttribute('tabindex', '0');
  if (wanted && !list.firstChild) add(list, 'p', { class: 'hint' }, groups ? 'There is none of that name.' : 'One moment…');
}

function draw(list, name, emoji) {
  if (emoji.length === 0) return;
  add(list, 'h3', {}, name);
  const row = add(list, 'div', { role: 'group', 'aria-label': name });
  for (const one of emoji) {
    add(row, 'button', { type: 'button', tabindex: '-1', 'data-emoji': one.emoji, title: one.name, 'aria-label': one.name }, one.emoji);
  }
}

// A key in the picker; whether it is used up.
function move({ key, target }, field, list) {
  const buttons = [...list.querySelectorAll('button')];
  const at = buttons.indexOf(target);
  if (target === field) {
    if (key !== 'ArrowDown' && key !== 'Enter') return false;
    if (key === 'Enter') buttons[0]?.click();
    else buttons[0]?.focus();
    return true;
  }
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  if (!by) return false;
  const next = at + by;
  if (next < 0) field.focus();
  else (buttons[next] ?? buttons.at(-1)).focus();
  return true;
}
