// The looks of the composer: counter, button and height, and where files come in. Rule: what the text may be is decided by who calls
// this.
import { add, drawing } from './rows.js';

// So many characters before the limit, the counter appears.
const counted_chars = 500;

// Fits them to a text that is `over` the limit by so many characters; negative: so many are left.
export function fit(area, over, isIdle) {
  const [counter, button] = ['.counter', '.send'].map((part) => area.form.querySelector(part));
  counter.textContent = over > 0 ? `${over} too many` : `${-over} left`;
  counter.hidden = over < -counted_chars;
  counter.toggleAttribute('data-over', over > 0);
  // Still in reach: it says that there is nothing to send.
  button.setAttribute('aria-disabled', isIdle);
  clip(area);
  grow(area);
}

// Files: picked, pasted, or dropped wherever it is. What becomes of them is loaded then, or when some may be left from before: those have
// the second database. A browser that keeps nothing has none.
const hand = (...files) => import('/files.js').then(({ hear }) => hear(...files));
globalThis.indexedDB?.databases?.().then((all) => all[1] && hand(), () => {});

function clip(area) {
  if (area.form.querySelector('.attach')) return;
  const button = add(area.form, 'button', { type: 'button', class: 'attach', title: 'Attach', 'aria-haspopup': 'menu' });
  drawing(button, 'clip');
  button.addEventListener('click', () => hand('click', button));
  area.before(button);
}

for (const kind of ['paste', 'dragover', 'drop']) {
  addEventListener(kind, (event) => {
    const { types, files } = event.clipboardData ?? event.dataTransfer;
    // A table or a text that was copied comes with a picture of it, which nobody means.
    if (!types.includes('Files') || types.includes('text/rtf')) return;
    event.preventDefault();
    hand(kind, [...files]);
  });
}

// What the text is about, a message that is answered or edited, is shown above it by what is loaded then (public/about.js).
export function about(area, act, name, text, target) {
  const { form } = area;
  form.dataset.about = `${act} ${target}`;
  if (target) import('/about.js').then(({ draw }) => draw(area, act, name, text, target), () => {});
  else form.querySelector('.about')?.remove();
}

// One row more until everything is seen or the height is at its most. Only where the style sheet alone does not do it: there the first
// row more changes nothing.
function grow(area) {
  let height;
  area.rows = 1;
  do {
    height = area.clientHeight;
    if (area.scrollHeight <= height) return;
    area.rows += 1;
  } while (area.clientHeight !== height);
}
