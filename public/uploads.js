// Uploads of what was picked, and of what leaves with a message, by the protocol of docs/protocol.md ("Files"). Rule: what the server has
// is not sent again, a file is given up only when somebody says so, and a message is handed over once, when all of its files are there.
import { account, ask as say, outbox } from '/chat.js';
import { bytes, change, known, leaving, picked, settle } from '/picked.js';

const protocol = { 'tus-resumable': '1.0.0' };
const first_chunk_bytes = 256 * 1024;
const chunk_bytes_max = 4 * 1024 * 1024;
// A chunk that is faster is followed by a larger one.
const chunk_ms = 700;
const waits_ms = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const turn_ms = 50;
const turns_max = 200;
// So many turns after which it is said again: the module may only just have begun.
const turns_again = 20;

// How far each has come, by id; whether there is no way now; and what hears of it, here and in the other tabs.
export const progress = new Map();
export let isCut = false;
const channel = new BroadcastChannel('twotick files');
let shown = () => {};
let drawn = async () => {};
channel.onmessage = ({ data }) => {
  if (!data) return drawn();
  begun.add(data[0]);
  note(...data);
};

// What shows how far a file is, and what draws everything anew.
export const follow = (show, draw) => ([shown, drawn] = [show, draw]);

function note(file, part) {
  progress.set(file, part);
  shown(file, part);
}

function show(file, part) {
  note(file, part);
  channel.postMessage([file, part]);
}

// Whoever shows something of it shows it anew.
export async function tell() {
  channel.postMessage('');
  await drawn();
}

// What the server knows of; and what was given up since it was last asked in vain.
const begun = new Set();
let cancelled = new Set();

// The server need not keep it, if it knows of it.
export function giveUp(file) {
  cancelled.add(file);
  progress.delete(file);
  if (begun.delete(file)) fetch(`/files/${file}`, { method: 'DELETE', headers: protocol }).catch(() => {});
}

class Refused extends Error {}

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// One request. What may go well later is an error like any other; what is refused for good says why.
async function ask(path, method, headers, body) {
  const answer = await fetch(path, { method, headers: { ...protocol, ...headers }, body });
  if (answer.ok) return answer;
  const { code, message } = await answer.json().catch(() => ({}));
  const passing = [401, 408, 423, 429, 500, 502, 503, 504].includes(answer.status) || ['upload_offset', 'no_such_upload'].includes(code);
  throw passing ? new Error(code ?? answer.status) : new Refused(message ?? 'This file was not taken.');
}

// Uploads one file from where it was left.
async function upload(file) {
  const blob = await bytes(file.id);
  if (!blob) return;
  // Of whom it is: in a page that does not know yet that somebody else has signed in, nothing is sent.
  const told = { room: String(file.room), name: file.name, id: file.id, user: account.split(' ')[0] };
  const answer = await ask('/files', 'POST', {
    'upload-length': blob.size,
    'upload-metadata': Object.entries(told).map(([name, text]) => `${name} ${encoded(text)}`).join(),
  });
  let offset = Number(answer.headers.get('upload-offset'));
  let chunk = first_chunk_bytes;
  begun.add(file.id);
  // Whole, as far as bytes go: to ask makes sure that the server has looked at it.
  if (offset === blob.size) await ask(`/files/${file.id}`, 'HEAD');
  while (offset < blob.size) {
    if (cancelled.has(file.id)) {
      giveUp(file.id);
      throw new Error('cancelled');
    }
    const begun_ms = performance.now();
    const headers = { 'upload-offset': offset, 'content-type': 'application/offset+octet-stream' };
    const answer = await ask(`/files/${file.id}`, 'PATCH', headers, blob.slice(offset, offset + chunk));
    offset = Number(answer.headers.get('upload-offset'));
    await goesOn();
    show(file.id, offset / blob.size);
    if (performance.now() - begun_ms < chunk_ms) chunk = Math.min(chunk * 2, chunk_bytes_max);
  }
  await goesOn();
  show(file.id, 1);
}

// There is a way again.
async function goesOn() {
  if (!isCut) return;
  isCut = false;
  await drawn();
}

// What the outbox said of messages that it had already got rid of again: they are stored.
const stored = new Set();
let told;
const listen = () => {
  told ??= new BroadcastChannel(`twotick ${account}`);
  told.onmessage = ({ data }) => /^acked /.test(data) && stored.add(data.split(' ')[1]);
};

// To the module (app/src/live/asked.rs), which keeps it in the outbox and sends it, once however often it is handed over.
async function handOver(message) {
  const { id: cid, room, content, reply_to, files } = message;
  const { gist } = message;
  const attachments = files.map(({ id, name, size, type, width, height }) => ({ id, name, size, type: type || 'application/octet-stream', width, height }));
  listen();
  for (let turn = 0; turn < turns_max; turn += 1) {
    if (turn % turns_again === 0) say(`send ${JSON.stringify({ cid, room, content, reply_to, more: { attachments, gist } })}`);
    const waiting = await outbox(account).catch(() => []);
    // A bubble is shown only of what is kept, or stored.
    if (stored.has(cid) || document.querySelector(`article[data-cid="${cid}"]`) || waiting.some((text) => text.includes(cid))) {
      return settle(message);
    }
    await new Promise((done) => setTimeout(done, turn_ms));
  }
  throw new Error('not taken');
}

// What is next: messages in their order, then what only stands in a tray, so that it is there when it is sent.
async function step() {
  for (const message of await leaving()) {
    if (message.why) continue;
    try {
      for (const file of message.files) if (progress.get(file.id) !== 1) await upload(file);
      await handOver(message);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await change('leaving', { ...message, why: error.message });
    }
    await tell();
    return true;
  }
  for (const file of await picked()) {
    if (progress.get(file.id) === 1 || file.why) continue;
    try {
      await upload(file);
    } catch (error) {
      if (cancelled.has(file.id)) return true;
      if (!(error instanceof Refused)) throw error;
      await change('picked', { ...file, why: error.message });
      await tell();
    }
    return true;
  }
  return false;
}

let running = false;
let asked = false;
let wake = () => {};

// Works until nothing is left, one tab of the account after the other; while there is no connection it waits and tries again.
export async function run() {
  asked = true;
  wake();
  if (running) return;
  running = true;
  await known();
  const work = async () => {
    let failures = 0;
    while (asked) {
      asked = false;
      try {
        while (await step()) failures = 0;
      } catch {
        asked = true;
        if (cancelled.size) cancelled = new Set();
        else isCut = true;
        const wait_ms = waits_ms[Math.min(failures++, waits_ms.length - 1)];
        const woken = new Promise((done) => {
          wake = done;
          setTimeout(done, wait_ms);
        });
        await drawn();
        await woken;
      }
    }
  };
  await (navigator.locks ? navigator.locks.request(`twotick files ${account}`, work) : work());
  running = false;
}
addEventListener('online', run);
addEventListener('pageshow', run);
