// What belongs to some messages: what they answer, reactions, why something was refused. Rule: drawn from the JSON of
// app/src/ui/bubble/extras.rs, as the server draws it there.

function add(parent, tag, attributes, text = '') {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.textContent = text;
  parent.append(element);
  return element;
}

// How far an own message has come. The node stays.
function mark(meta, [word, sentence, tally, name, href]) {
  let mark = meta.querySelector('.tick');
  if (!mark) {
    mark = add(meta, 'a', { class: 'tick' });
    add(mark, 'span', { class: 'tally', 'aria-hidden': 'true' });
    const [icon, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
    icon.setAttribute('class', 'icon');
    icon.setAttribute('aria-hidden', 'true');
    icon.append(use);
    mark.append(icon);
  }
  const attributes = { 'data-tick': word, 'aria-label': sentence, title: sentence, role: href ? 'link' : 'img' };
  if (href) Object.assign(attributes, { href, 'data-panel': '' });
  for (const one in attributes) mark.setAttribute(one, attributes[one]);
  mark.firstChild.textContent = tally;
  mark.querySelector('use').setAttribute('href', `#i-${name}`);
}

// To the module (app/src/live/asked.rs).
const ask = (detail) => dispatchEvent(new CustomEvent('act', { detail }));

// What is told of a message that is nothing but a text.
const plain = '[null,["",""],[],[],[]]';

// Draws it anew. What has the focus keeps it.
export function dress(message, told) {
  if (told === (message.told ?? plain)) return;
  message.told = told;
  const [more, [is, edited], quote, refused, tick, ...reactions] = JSON.parse(told);
  for (const word of ['emoji', 'deleted', 'changing']) message.toggleAttribute(`data-${word}`, is.includes(word));
  message.toggleAttribute('data-edited', Boolean(edited));
  if (edited) message.dataset.edited = message.querySelector('.meta').title = edited;
  const focused = message.querySelector('.reactions :focus')?.dataset.emoji;
  for (const part of message.querySelectorAll('.quote, .refused, .reactions')) part.remove();
  const [href, author, text] = quote;
  if (href) {
    const link = add(message, 'a', { class: 'quote', href });
    add(link, 'b', { dir: 'auto' }, author);
    add(link, 'span', { dir: 'auto' }, text);
    message.querySelector('.text').before(link);
  }
  const meta = message.querySelector('.meta');
  if (tick.length) mark(meta, tick);
  const [why, cid, ways] = refused;
  if (why) {
    const line = add(message, 'div', { class: 'refused' });
    add(line, 'span', {}, why);
    for (const [way, name] of [['retry', 'Retry'], ['edit', 'Edit'], ['discard', 'Discard']]) {
      if (`${ways} discard`.includes(way)) add(line, 'button', { type: 'button' }, name).addEventListener('click', () => ask(`${way} ${cid}`));
    }
    meta.before(line);
  }
  const chips = reactions.length && add(message, 'div', { class: 'reactions' });
  for (const [emoji, names, count, isMine] of reactions) {
    const label = `${emoji} ${names}`;
    const chip = add(chips, 'button', { type: 'button', 'data-emoji': emoji, 'aria-pressed': isMine, 'aria-label': label, title: names }, `${emoji} ${count}`);
    if (emoji === focused) chip.focus();
  }
}
