// An image of the conversation at its full size, and those before and after it. Rule: made when it opens and gone when it closes, by
// which the browser gives the focus back.
import { add, drawing as draw } from '/chat.js';

function press(parent, name, drawing, act, kind = drawing) {
  const button = add(parent, 'button', { type: 'button', 'aria-label': name, title: name, class: kind });
  draw(button, drawing);
  button.addEventListener('click', act);
  return button;
}

// Opens the image of this link.
export function open(link) {
  document.querySelector('dialog.lightbox')?.remove();
  const photos = [...document.querySelectorAll('.photo')];
  let at = photos.indexOf(link);
  const dialog = add(document.body, 'dialog', { class: 'lightbox', 'aria-label': 'Image', closedby: 'any' });
  const image = add(dialog, 'img');
  const bar = add(dialog, 'div', { class: 'lightbox-bar' });
  const before = press(bar, 'Image before', 'back', () => turn(-1), 'before');
  const name = add(bar, 'b', { dir: 'auto' });
  const save = add(bar, 'a', {}, 'Download');
  const after = press(bar, 'Image after', 'back', () => turn(1), 'after');
  const close = press(bar, 'Close', 'close', () => dialog.close());
  function turn(by) {
    if (!photos[at + by]) return;
    at += by;
    const { href } = photos[at];
    const { alt } = photos[at].firstElementChild;
    Object.assign(image, { src: href, alt });
    Object.assign(save, { href: `${href}?download`, download: alt });
    name.textContent = alt;
    before.disabled = at === 0;
    after.disabled = at === photos.length - 1;
    // A button that is gone takes the keys along.
    if (!dialog.contains(document.activeElement)) close.focus();
  }
  turn(0);
  dialog.addEventListener('keydown', ({ key }) => turn({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}
