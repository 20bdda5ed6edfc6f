// The looks of the composer: counter, button and height. Rule: what the text may be is decided by who calls this.

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
  grow(area);
}

const words = { say: 'Answer to ', edit: 'Editing what you wrote' };

// Shows what the text is about above it: a message that is answered or edited. Its button does what Escape does.
export function about(area, act, name, text) {
  let chip = area.form.querySelector('.about');
  if (!words[act]) return chip?.remove();
  if (!chip) {
    chip = document.createElement('div');
    chip.className = 'about quote';
    for (const tag of ['b', 'span', 'button']) chip.append(document.createElement(tag));
    chip.lastChild.type = 'button';
    chip.lastChild.ariaLabel = 'Leave it';
    chip.lastChild.addEventListener('click', () => {
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      area.focus();
    });
    area.form.prepend(chip);
  }
  const [label, quote] = chip.children;
  label.textContent = words[act] + (act === 'say' ? name : '');
  quote.textContent = text;
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
