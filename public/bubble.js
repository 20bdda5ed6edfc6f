// A message, drawn from the JSON of app/src/ui/bubble/told.rs. Rule: its node stays the same from "waiting" to "read", what has not
// changed is not touched, and it is what the server draws (app/src/ui/bubble/markup.rs).
import { add, all, ask, drawing, portray } from './rows.js';

const flags = ['own', 'long', 'emoji', 'deleted', 'note', 'mention', 'changing'];

// What a message may carry, and who draws it: loaded when there is one.
const cards = [['bid', '/bids.js'], ['location', '/location.js'], ['attachments', '/attachments.js']];
// What the server has drawn of files stays, so that no image loads again and nothing moves.
const drawn = Object.fromEntries(all('.files').map((files) => [files.parentElement.dataset.cid, files]));

// One that says nothing yet.
export function make() {
  const message = add(new DocumentFragment(), 'article', { class: 'bubble', tabindex: -1 });
  add(message, 'span', { dir: 'auto' });
  add(message, 'div', { class: 'text', dir: 'auto' });
  add(add(message, 'span', { class: 'meta' }), 'time');
  return message;
}

// Draws it anew. What has the focus keeps it.
export function dress(message, told) {
  if (told === message.told) return;
  message.told = told;
  const { is, cid, seq, name, initials, color, picture, text, more, stamp, time, edited, quote, refused, tick, reactions } = JSON.parse(told);
  const [who, words, meta] = ['span', '.text', '.meta'].map((part) => message.querySelector(`:scope > ${part}`));
  for (const flag of flags) message.toggleAttribute(`data-${flag}`, is.includes(flag));
  if (!message.dataset.cid) {
    message.dataset.cid = cid;
    message.autofocus = is.includes('at');
    who.className = initials ? 'author' : 'hidden';
    if (drawn[cid]) words.before(drawn[cid]);
  }
  const author = name + picture;
  if (who.said !== author) {
    who.said = author;
    who.replaceChildren();
    if (initials) portray(add(who, 'span', { class: 'avatar', 'data-color': color, 'aria-hidden': true }), initials, picture);
    who.append(' ', `${name}: `);
  }
  if (seq) message.dataset.seq = seq;
  message.typed = text;
  const spans = more?.spans ?? [text];
  const said = JSON.stringify(spans);
  if (said !== words.said) {
    words.said = said;
    words.replaceChildren();
    format(words, spans);
  }
  if (is.includes('long') && !message.querySelector('.more')) {
    const more = add(message, 'button', { type: 'button', class: 'more' }, 'Show more');
    more.addEventListener('click', () => unfold(message));
    meta.before(more);
  }
  for (const [part, file] of cards) {
    const carried = more?.[part];
    if (carried) import(file).then(({ draw }) => message.told === told && draw(message, carried), () => {});
  }
  if (is.includes('deleted')) message.querySelector('.bid, .place, .files')?.remove();
  const clock = meta.querySelector('time');
  clock.dateTime = stamp;
  clock.textContent = time;
  message.toggleAttribute('data-edited', Boolean(edited));
  if (edited) message.dataset.edited = meta.title = edited;
  if (tick) mark(meta, tick);
  const focused = message.querySelector('.reactions :focus')?.dataset.emoji;
  for (const part of message.querySelectorAll('.quote, .refused, .reactions')) part.remove();
  if (quote) {
    const [href, author, quoted] = quote;
    const link = add(message, 'a', { class: 'quote', href });
    add(link, 'b', { dir: 'auto' }, author);
    add(link, 'span', { dir: 'auto' }, quoted);
    words.before(link);
  }
  if (refused) {
    const [why, key, ways] = refused;
    const line = add(message, 'div', { class: 'refused' });
    add(line, 'span', {}, why);
    for (const [way, name] of [['retry', 'Retry'], ['edit', 'Edit'], ['discard', 'Discard']]) {
      if (`${ways} discard`.includes(way)) add(line, 'button', { type: 'button' }, name).addEventListener('click', () => ask(`${way} ${key}`));
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

const away = { target: '_blank', rel: 'noopener noreferrer nofollow ugc', referrerpolicy: 'no-referrer' };

// Spans of a text (crates/wire/src/parts/text.rs), as app/src/ui/text.rs draws them.
function format(parent, spans) {
  for (const span of spans) {
    const [name, ...inner] = [].concat(span);
    if (span === name || !/^([abis]|li|code|pre|blockquote|[uo]l)$/.test(name)) parent.append(name);
    else if (name === 'a') format(add(parent, name, { href: inner[1] ? inner.shift() : inner[0], ...away }), inner);
    else {
      // A block, and code, has a direction of its own.
      const element = add(parent, name, name[2] || name[1] === 'l' ? { dir: 'auto' } : {});
      if (name === 'ol') element.start = inner.shift();
      format(element, inner);
    }
  }
}

// How far an own message has come. The node stays.
function mark(meta, [word, sentence, tally, name, href]) {
  let tick = meta.querySelector('.tick');
  if (!tick) {
    tick = add(meta, 'a', { class: 'tick' });
    add(tick, 'span', { class: 'tally', 'aria-hidden': true });
    drawing(tick, name);
  }
  const attributes = { 'data-tick': word, 'aria-label': sentence, title: sentence, role: href ? 'link' : 'img' };
  if (href) Object.assign(attributes, { href, 'data-panel': '' });
  for (const one in attributes) tick.setAttribute(one, attributes[one]);
  tick.firstChild.textContent = tally;
  tick.querySelector('use').setAttribute('href', `#i-${name}`);
}

// Shows the whole of a long text; its beginning stays where it is.
function unfold(message) {
  const { top } = message.getBoundingClientRect();
  message.dataset.open = '';
  message.closest('.timeline').scrollBy(0, message.getBoundingClientRect().top - top);
  // The button is gone.
  message.focus({ preventScroll: true });
}
