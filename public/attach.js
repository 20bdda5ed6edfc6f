// What can be sent beside words: a menu at the composer's button, on a phone at the bottom. Rule: it only leads there; a form for a place
// or a bid opens beside the conversation, and gives the focus back to the button.
import { place } from '/actions.js';
import { add, drawing, find } from '/chat.js';

let menu;

function close(isLeft) {
  if (!menu) return;
  const { button } = menu;
  menu.remove();
  menu = undefined;
  button.setAttribute('aria-expanded', false);
  if (isLeft) button.focus();
}

// Beside the conversation.
async function lead(button, path) {
  button.href = path;
  const { open } = await import('/panel.js');
  await open(button);
}

// Opens it, or closes it; `choose` picks files.
export function offer(button, choose) {
  if (menu) return close(true);
  const room = button.form.action.split('/').pop();
  const ways = [
    ['file', 'Photos and files', choose],
    ['pin', 'Place', () => lead(button, `/r/${room}/location`)],
  ];
  if (find('.room-head').dataset.kind !== 'group') ways.push(['coin', 'Bid', () => lead(button, `/r/${room}/bids/new`)]);
  menu = add(document.body, 'div', { class: 'menu attach-menu', role: 'menu', 'aria-label': 'Attach', popover: 'manual' });
  menu.button = button;
  for (const [name, words, act] of ways) {
    const item = add(menu, 'button', { type: 'button', role: 'menuitem' });
    drawing(item, name);
    item.append(words);
    item.addEventListener('click', () => {
      close();
      act();
    });
  }
  button.setAttribute('aria-expanded', true);
  menu.showPopover?.();
  const { left, top } = button.getBoundingClientRect();
  place(menu, { left, top: top - menu.offsetHeight - 4, bottom: top - menu.offsetHeight - 4 });
  menu.firstElementChild.focus();
}

addEventListener('keydown', (event) => {
  if (!menu) return;
  const { key } = event;
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (to !== undefined) items.at(to).focus();
  else if (key === 'Escape' || key === 'Tab') close(true);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
addEventListener('pointerdown', ({ target }) => menu && !menu.contains(target) && !menu.button.contains(target) && close());
addEventListener('resize', () => close());
