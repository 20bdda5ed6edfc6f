// The files of a message: images in their place before they have loaded, everything else as a card. Rule: as
// app/src/ui/bubble/files.rs draws them; only what the server says of a file is shown, and as text.
import { add, drawing } from '/chat.js';

// The longer side at which an image alone is shown, in pixels; of several, the style sheet says.
const shown_side_max = 320;

// "25 MB".
export function size(bytes) {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${Math.floor(bytes / 1e3)} KB`;
  return `${Math.floor(bytes / 1e6)}.${Math.floor(bytes / 1e5) % 10} MB`;
}

// What an address keeps as it is, as RFC 3986 says and the server does.
const escaped = (name) => encodeURIComponent(name).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const path = ({ id, name }) => `/files/${id}/${escaped(name)}`;

export const isImage = ({ width, height }) => Boolean(width && height);

function photo(parent, file) {
  const longest = Math.max(file.width, file.height);
  const fit = (side) => (longest <= shown_side_max ? side : Math.max(1, Math.floor((side * shown_side_max) / longest)));
  const link = add(parent, 'a', { class: 'photo', href: path(file), target: '_blank' });
  const src = file.thumbnail ? `/files/${file.id}/thumbnail` : path(file);
  add(link, 'img', { src, alt: file.name, width: fit(file.width), height: fit(file.height), decoding: 'async' });
}

function card(parent, file) {
  const link = add(parent, 'a', { class: 'file', href: path(file), download: file.name });
  drawing(link, 'file');
  add(link, 'b', { dir: 'auto' }, file.name);
  add(link, 'span', {}, size(file.size));
}

// A press on an image shows it here, at its full size; whoever wants it elsewhere says so by a key.
addEventListener('click', (event) => {
  const link = event.target.closest?.('.photo');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import('/lightbox.js').then(({ open }) => open(link));
});

// Draws them, unless they are drawn already.
export function draw(message, files) {
  const before = message.querySelector('.files');
  const key = files.map(({ id, width, thumbnail }) => `${id} ${width ?? ''} ${thumbnail ?? ''}`).join();
  // That the server has a small form by now changes nothing of what is seen.
  if (before?.dataset.files.replaceAll(' true', ' ') === key.replaceAll(' true', ' ')) return;
  before?.remove();
  if (!files.length) return;
  const list = document.createElement('div');
  list.className = 'files';
  if (files.filter(isImage).length > 1) list.dataset.grid = '';
  list.dataset.files = key;
  for (const file of files) (isImage(file) ? photo : card)(list, file);
  message.querySelector('.text').before(list);
}
