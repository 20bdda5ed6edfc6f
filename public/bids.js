// The card of a bid, and what its two people may do about it. Loaded with the first message that is one. Rule: as the server draws it
// (app/src/ui/bubble/bid.rs); nothing is shown as decided before the server has said so.
import { cid } from '/cid.js';
import { add, composer, find } from '/chat.js';

const names = { open: 'Open', accepted: 'Accepted', declined: 'Declined', withdrawn: 'Withdrawn', countered: 'Countered', expired: 'Expired' };
const offline = 'That needs a connection. Try again when you are back online.';
// An ack comes before what it has changed.
const patience_ms = 10_000;

// "€1,234.50"; a sign that would need a space is written as the three letters of the currency.
export function money(amount, currency, decimals) {
  const format = (currencyDisplay) => new Intl.NumberFormat('en', {
    style: 'currency', currency, currencyDisplay, minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  const isSpaced = format('symbol').formatToParts(1).some(({ type }) => type === 'literal');
  return format(isSpaced ? 'code' : 'symbol').format(amount / 10 ** decimals);
}

const day = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;

// "today at 09:05", "30 November 2026 at 09:05".
export function when(text, now = new Date()) {
  const date = new Date(text);
  const ago = day(now) - day(date);
  const words = (options) => new Intl.DateTimeFormat('en-GB', options).format(date);
  const name = ago === 0 ? 'today' : ago === 1 ? 'yesterday'
    : ago > 1 && ago < 7 ? words({ weekday: 'long' }) : words({ day: 'numeric', month: 'long', year: 'numeric' });
  return `${name} at ${words({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}

export function card({ to, amount, currency, decimals, note, expires_at: expires, state, decided_at: decided, counters }) {
  const card = document.createElement('div');
  card.className = 'bid';
  card.dataset.state = state;
  const head = add(card, 'p', { class: 'bid-head' });
  add(head, 'span', { dir: 'auto' }, `Bid to ${to.display_name}`);
  add(head, 'b', {}, names[state] ?? 'Settled');
  add(card, 'p', { class: 'bid-amount' }, money(amount, currency, decimals));
  if (note) add(card, 'p', { class: 'bid-note', dir: 'auto' }, note);
  if (counters) add(card, 'span', { class: 'bid-hint' }, 'In place of an earlier bid');
  const at = state === 'open' ? expires : decided;
  const words = state === 'open' ? 'Expires ' : '';
  if (at) add(add(card, 'span', { class: 'bid-hint' }), 'time', { datetime: at }, words + when(at));
  return card;
}

// Draws the card of a message, with the buttons that are for whoever looks. What has the focus keeps it.
export function draw(message, bid) {
  const shown = message.querySelector('.bid');
  // What is said beside its buttons stays as long as nothing is new.
  const told = JSON.stringify([bid, message.dataset.seq]);
  if (shown?.told === told) return;
  const focused = shown?.contains(document.activeElement);
  const drawn = card(bid);
  drawn.told = told;
  shown?.remove();
  message.querySelector('.meta').before(drawn);
  const me = find('[data-viewer]')?.dataset.viewer;
  const ways = bid.state !== 'open' || !message.dataset.seq || !find(composer) ? []
    : 'own' in message.dataset ? [['withdraw', 'Withdraw']]
    : bid.to.username === me ? [['accept', 'Accept'], ['decline', 'Decline'], ['counter', 'Another bid…']] : [];
  if (ways.length) {
    const row = add(drawn, 'div', { class: 'bid-ways' });
    for (const [way, name] of ways) {
      const button = add(row, 'button', { type: 'button', 'data-bid': way }, name);
      if (way === 'accept') button.className = 'primary';
      button.tabIndex = message.contains(document.activeElement) ? 0 : -1;
      button.addEventListener('click', () => (way === 'counter' ? counter(message, button) : decide(message, drawn, button)));
    }
  }
  if (focused) message.focus({ preventScroll: true });
}

const room = () => find('[data-conversation]').dataset.conversation;

async function counter(message, button) {
  // The panel gives the focus back to what opened it.
  button.href = `/r/${room()}/bids/new?counter=${message.dataset.seq}`;
  const { open } = await import('/panel.js');
  await open(button);
}

async function decide(message, card, button) {
  if (card.ariaBusy) return;
  const { bid: decision } = button.dataset;
  // Whatever is not answered is asked again under the same id.
  message.asked ??= {};
  message.asked[decision] ??= cid();
  card.ariaBusy = 'true';
  card.querySelector('.error')?.remove();
  const done = await ask({ cid: message.asked[decision], room: Number(room()), target: Number(message.dataset.seq), decision });
  // It is stored: the card is drawn anew when that is heard.
  if (!done) return void setTimeout(() => (card.ariaBusy = null), patience_ms);
  card.ariaBusy = null;
  if (!done.again) delete message.asked[decision];
  add(card, 'p', { class: 'error', role: 'alert' }, done.why);
  button.focus({ preventScroll: true });
}

// Why it was not stored, and whether the same may be asked again; nothing if it was.
async function ask(what) {
  if (!navigator.onLine) return { why: offline, again: true };
  let answer;
  try {
    answer = await fetch('/api/fn/decide_bid', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) });
  } catch {
    return { why: offline, again: true };
  }
  if (answer.ok) return undefined;
  const { message } = await answer.json().catch(() => ({}));
  return { why: message ?? 'The server did not answer as it should. Try again.', again: answer.status === 429 || answer.status >= 500 };
}
