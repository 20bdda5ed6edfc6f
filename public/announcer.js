// What a screen reader says by itself. Rule: the one live region of the chat; what comes within a second is said together, and nothing
// that the user did.

const pause_ms = 1_000;
// Not seen and not said: makes a sentence another one, so that it is said again.
const otherwise = '\u00a0';

let sentences = [];
let messages = 0;
let author;
let isAwaited = false;

function say() {
  const region = document.querySelector('[data-announcer]');
  if (messages === 1) sentences.unshift(`New message from ${author}.`);
  else if (messages) sentences.unshift(`${messages} new messages.`);
  const text = sentences.join(' ');
  region.textContent = region.textContent === text ? text + otherwise : text;
  sentences = [];
  messages = 0;
  isAwaited = false;
}

function saySoon() {
  if (!isAwaited) setTimeout(say, pause_ms);
  isAwaited = true;
}

// Says a sentence.
export function announce(sentence) {
  sentences.push(sentence);
  saySoon();
}

// Says that somebody wrote into the open room.
export function announceMessage(name) {
  author = name;
  messages += 1;
  saySoon();
}
