// Above the composer: the message that is answered or edited. Loaded with the first. Rule: it says what the module told last, whatever has
// come in between; its button does what Escape does.
import { add } from '/chat.js';

const words = { say: 'Answer to ', edit: 'Editing what you wrote' };

export function draw(area, act, name, text, target) {
  const { form } = area;
  if (form.dataset.about !== `${act} ${target}`) return;
  const chip = form.querySelector('.about') ?? make(area);
  const [label, quote] = chip.children;
  label.textContent = words[act] + (act === 'say' ? name : '');
  quote.textContent = text;
}

function make(area) {
  const chip = document.createElement('div');
  chip.className = 'about quote';
  for (const tag of ['b', 'span']) add(chip, tag);
  const button = add(chip, 'button', { type: 'button', 'aria-label': 'Leave it' });
  button.addEventListener('click', () => {
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    area.focus();
  });
  area.form.prepend(chip);
  return chip;
}
