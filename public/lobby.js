// The lobby below the list of conversations, and how many people wait for an answer, drawn anew when the socket says that they are
// others (public/keys.js). Rule: it looks as the server draws it (app/src/pages/beside.rs).
import { add, all, find, portray } from '/chat.js';

// As crates/wire/src/limits.rs says.
const rooms_shown = 5;

// A frame `lobby`, `people` or `profiles`.
export function draw(frame) {
  if (frame.type === 'profiles') return frame.people.forEach(rename);
  if (!find('.lobby').firstChild) furnish(find('.lobby'));
  if (frame.type === 'lobby') drawRooms(frame);
  else {
    drawRequests(frame.requests);
    if (frame.row) meet(frame.row);
  }
}

// On a page that came without the server.
function furnish(lobby) {
  lobby.setAttribute('aria-label', 'Lobby');
  const asking = add(lobby, 'p', { class: 'asking', hidden: '' });
  add(asking, 'a', { href: '/people' });
  add(lobby, 'h2', {}, 'Connected just now');
  add(lobby, 'ul', { class: 'met' });
  add(lobby, 'h2', {}, 'Rooms to join');
  add(lobby, 'ul', { class: 'listed' });
  const ways = add(lobby, 'p', { class: 'ways' });
  add(ways, 'a', { href: '/rooms' }, 'All rooms');
  add(ways, 'a', { href: '/subjects' }, 'About a job, a trip, …');
}

function drawRooms({ rev, rooms }) {
  const lobby = find('.lobby');
  lobby.dataset.rev = rev;
  const list = lobby.querySelector('.listed');
  // Where the focus is, it stays.
  const focused = document.activeElement.closest('[data-listed]')?.dataset.listed;
  list.replaceChildren();
  for (const room of rooms.filter(({ id }) => !find(`.inbox [data-room="${id}"]`)).slice(0, rooms_shown)) addRoom(list, room);
  list.querySelector(`[data-listed="${focused}"] button`)?.focus();
  lobby.querySelector('.ways a').textContent = rooms.length ? 'All rooms' : 'Make a room';
}

function addRoom(list, { id, title, topic, members }) {
  const row = add(list, 'li', { 'data-listed': id, 'data-unless': `[data-room="${id}"]` });
  const room = add(row, 'span', { class: 'person' });
  add(room, 'span', { class: 'name', dir: 'auto' }, title);
  const people = members === 1 ? '1 member' : `${members} members`;
  add(room, 'span', { class: 'username', dir: 'auto' }, topic ? `${people} · ${topic}` : people);
  const button = add(add(row, 'form', { method: 'post', action: `/r/${id}/change/join` }), 'button', { type: 'submit' }, 'Join ');
  add(button, 'span', { class: 'hidden' }, ` ${title}`);
}

function drawRequests(requests) {
  const people = find('[data-requests]');
  people.dataset.requests = requests;
  const badge = people.querySelector('.badge');
  badge.textContent = requests || '';
  badge.toggleAttribute('data-unread', requests > 0);
  const line = find('.lobby .asking');
  line.hidden = requests === 0;
  line.firstChild.textContent = requests === 1 ? '1 person wants to connect with you' : `${requests} people want to connect with you`;
}

// Somebody is connected with the user now: a row as those of people above, which the page will hold when it is loaded again.
function meet({ person: { username, display_name: name, id, avatar }, relation }) {
  const list = find('.lobby .met');
  list.querySelector(`[data-username="${username}"]`)?.parentElement.remove();
  if (relation !== 'connected' || find(`.inbox [data-username="${username}"]`)) return;
  const item = document.createElement('li');
  item.dataset.unless = `[data-room][data-username="${username}"]`;
  const row = add(item, 'a', { class: 'row', href: `/dm/${username}`, 'data-username': username });
  const face = add(add(row, 'span', { class: 'portrait' }), 'span', { class: 'avatar', 'aria-hidden': 'true', 'data-color': id % 8, 'data-face': id });
  portray(face, letters(name), picture(avatar));
  add(row, 'span', { class: 'row-title', dir: 'auto' }, name);
  add(row, 'span', { class: 'row-last' }, 'Say hello');
  list.prepend(item);
}

function letters(name) {
  const first = name.split(/\s+/).filter(Boolean).map((word) => [...word][0]);
  return (first[0] ?? '') + (first.length > 1 ? first.at(-1) : '');
}

const picture = (avatar) => avatar && `/avatars/${avatar}`;

// Somebody shows themselves otherwise: wherever nobody else draws them anew.
function rename({ id, username, display_name: name, avatar }) {
  for (const face of all(`:is(.top, .lobby) [data-face="${id}"]`)) portray(face, letters(name), picture(avatar));
  for (const title of all(`[data-viewer="${username}"], .met [data-username="${username}"] .row-title`)) title.textContent = name;
}
