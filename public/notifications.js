// What the panel about notifications says when it is opened. Rule: it explains itself before the browser asks.

const quiet = 'a message that comes while this window is in the background';
const words = {
  on: `Here ${quiet} is shown on your screen, and taken away as soon as you have read it, here or on another device.`,
  off: `Turned on, this browser shows ${quiet}, and takes it away as soon as you have read it, here or on another device. It will ask you first whether it may.`,
  blocked: 'This browser blocks them for this site. To allow them, press the sign beside the address and open the permissions of the site.',
  insecure: 'Browsers show them only for sites on https or localhost, and this page came over plain http.',
  missing: 'This browser has none for pages. On an iPhone or iPad, add the site to the home screen and open it there.',
};
const choices = { on: [['test', 'Send a test'], ['off', 'Turn off']], off: [['on', 'Turn on']] };

// Fills the panel; `press` hears which button was pressed.
export function explain(panel, told, press) {
  const text = document.createElement('p');
  text.textContent = words[told];
  const buttons = document.createElement('p');
  buttons.className = 'choices';
  for (const [value, name] of choices[told] ?? []) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', value, textContent: name, className: value === 'on' ? 'primary' : '' });
    button.addEventListener('click', () => press(value));
    buttons.append(button);
  }
  // The heading stays, and with it the focus.
  while (panel.children[1]) panel.children[1].remove();
  panel.append(text, buttons);
}
