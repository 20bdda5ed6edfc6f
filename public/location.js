// Places: their card in a conversation, and the form that sends one. Loaded with the first message that is one, or with the form. Rule: a
// card loads nothing from anywhere (app/src/ui/bubble/place.rs draws the same); the browser is asked where it is only after a press.
import { add, announce, ask, find } from '/chat.js';
import { cid } from '/cid.js';

const map_key = 'twotick map';
const wait_ms = 20_000;
// So long a position that the browser knows already is good enough.
const age_ms = 60_000;
const label_chars_max = 100;
const micro = 1_000_000;

const maps = {
  osm: ['OpenStreetMap', (lat, lon) => `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`],
  google: ['Google Maps', (lat, lon) => `https://www.google.com/maps/search/?api=1&query=${lat},${lon}`],
  apple: ['Apple Maps', (lat, lon) => `https://maps.apple.com/?ll=${lat},${lon}&q=${lat},${lon}`],
  geo: ['App on this device', (lat, lon) => `geo:${lat},${lon}`],
};

// "52.52001", from millionths of a degree.
function plain(degrees) {
  const rounded = Math.floor((Math.abs(degrees) + 5) / 10);
  const text = `${Math.floor(rounded / 100_000)}.${String(rounded % 100_000).padStart(5, '0')}`;
  return degrees < 0 && rounded ? `-${text}` : text;
}

function side(degrees, [plus, minus]) {
  const text = plain(degrees);
  return text.startsWith('-') ? `${text.slice(1)}° ${minus}` : `${text}° ${plus}`;
}

const degrees = ({ latitude, longitude }) => `${side(latitude, 'NS')}, ${side(longitude, 'EW')}`;
const length = (metres) => (metres < 1_000 ? `${metres} m` : `${Math.floor((metres + 500) / 1_000)} km`);

// The map that the reader chose last in this browser.
function chosen() {
  try {
    return localStorage.getItem(map_key);
  } catch {
    return null;
  }
}

function choose(map) {
  try {
    localStorage.setItem(map_key, map);
  } catch {
    // Then it is not remembered.
  }
  document.querySelectorAll('.place-maps').forEach(arrange);
}

// The reader's map comes first.
function arrange(links) {
  const mine = links.querySelector(`[data-map="${CSS.escape(chosen() ?? '')}"]`);
  if (mine) links.prepend(mine);
}

export function card(place) {
  const drawn = document.createElement('div');
  drawn.className = 'place';
  add(drawn, 'div', { class: 'place-map', 'aria-hidden': 'true' });
  if (place.label) add(drawn, 'p', { class: 'place-name', dir: 'auto' }, place.label);
  add(drawn, 'p', { class: 'place-at' }, degrees(place));
  if (place.accuracy !== undefined) add(drawn, 'p', { class: 'bid-hint' }, `Within ${length(place.accuracy)}`);
  const links = add(drawn, 'p', { class: 'place-maps' });
  for (const [map, [name, address]] of Object.entries(maps)) {
    const href = address(plain(place.latitude), plain(place.longitude));
    const link = add(links, 'a', { href, 'data-map': map, rel: 'noopener noreferrer', referrerpolicy: 'no-referrer' }, name);
    if (map !== 'geo') link.target = '_blank';
  }
  return drawn;
}

// Draws the card of a message, once: a place does not change.
export function draw(message, place) {
  if (message.querySelector('.place')) return;
  const drawn = card(place);
  message.querySelector('.meta').before(drawn);
  const links = drawn.querySelector('.place-maps');
  for (const link of links.children) {
    link.tabIndex = message.contains(document.activeElement) ? 0 : -1;
    link.addEventListener('click', () => choose(link.dataset.map));
  }
  arrange(links);
  const button = add(drawn, 'button', { type: 'button' }, 'Copy coordinates');
  button.tabIndex = -1;
  button.addEventListener('click', async () => {
    const { copy } = await import('/actions.js');
    copy(`${plain(place.latitude)}, ${plain(place.longitude)}`, 'Coordinates copied');
  });
}

const sentences = {
  1: 'Your browser does not tell where it is. Allow it for this site in the browser’s settings, or type the place.',
  2: 'Your device does not know where it is right now. Try again outside, or type the place.',
  3: 'That took too long. Try again, or type the place.',
};

// Brings the form to life that has just been shown.
export function ready(root) {
  const form = root.querySelector('.new-place');
  if (!form || 'ready' in form.dataset) return;
  form.dataset.ready = '';
  if (navigator.geolocation && isSecureContext) offer(form);
  for (const name of ['latitude', 'longitude']) form.elements[name].addEventListener('input', () => (form.elements.accuracy.value = ''));
  // Beside a conversation it goes through the queue of what is sent, so that it needs no connection.
  if (find('.chat')) form.addEventListener('submit', (event) => send(event, form));
}

function offer(form) {
  const here = document.createElement('div');
  here.className = 'place-here';
  form.prepend(here);
  add(here, 'p', { class: 'hint' }, 'Your browser can fill in where you are. It asks you first, and only this page hears it: nothing is sent before you press “Send this place”.');
  const button = add(here, 'button', { type: 'button' }, 'Use my position');
  const told = add(here, 'p', { role: 'status', class: 'hint' });
  button.addEventListener('click', () => {
    button.ariaBusy = 'true';
    told.textContent = 'Looking for your position…';
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        button.ariaBusy = null;
        form.elements.latitude.value = latitude.toFixed(6);
        form.elements.longitude.value = longitude.toFixed(6);
        form.elements.accuracy.value = Math.max(0, Math.round(accuracy));
        told.textContent = `Found, within ${length(Math.round(accuracy))}.`;
        form.elements.label.focus();
      },
      ({ code }) => {
        button.ariaBusy = null;
        told.textContent = sentences[code] ?? sentences[2];
      },
      { enableHighAccuracy: true, timeout: wait_ms, maximumAge: age_ms },
    );
  });
}

// Millionths of a degree; anything but a plain number is left to the server.
function read(field, most) {
  const typed = field.value.trim().replace('−', '-').replace(',', '.');
  const value = /^-?\d{1,3}(\.\d+)?$/.test(typed) ? Math.round(Number(typed) * micro) : NaN;
  return Math.abs(value) <= most * micro ? value : undefined;
}

async function send(event, form) {
  const { latitude, longitude, label: name, accuracy } = form.elements;
  const place = { latitude: read(latitude, 90), longitude: read(longitude, 180) };
  const label = name.value.trim();
  if (place.latitude === undefined || place.longitude === undefined || [...label].length > label_chars_max) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (label) place.label = label;
  if (accuracy.value) place.accuracy = Number(accuracy.value);
  const content = `📍 ${label || degrees(place)}`;
  const message = { cid: form.dataset.cid ??= cid(), room: Number(form.getAttribute('action').split('/')[2]), content, reply_to: null, more: { location: place } };
  ask(`send ${JSON.stringify(message)}`);
  announce('The place is on its way');
  const { leave } = await import('/panel.js');
  leave();
}

// The form without the server: it only needs the queue.
export function blank(room) {
  const main = document.createElement('main');
  main.className = 'card people';
  add(main, 'h1', {}, 'Send a place');
  const form = add(main, 'form', { method: 'post', action: `/r/${room}/location`, class: 'new-room new-place' });
  add(form, 'input', { type: 'hidden', name: 'accuracy' });
  const pair = add(form, 'div', { class: 'pair' });
  for (const [parent, field, words] of [[pair, 'latitude', 'Latitude'], [pair, 'longitude', 'Longitude'], [form, 'label', 'Name']]) {
    const line = add(parent, 'div', { class: 'field' });
    add(line, 'label', { for: field }, words);
    add(line, 'input', { id: field, name: field, autocomplete: 'off', dir: 'auto' }).required = field !== 'label';
  }
  add(form, 'button', { type: 'submit', class: 'primary' }, 'Send this place');
  return main;
}
