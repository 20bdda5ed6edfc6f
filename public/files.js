// Files at the composer: picked, pasted or dropped, a tray above the text, and what sends both. Rule: a file is in IndexedDB
// (public/picked.js) before a byte of it is sent, and stays there until the message that has it is in the outbox, so that whatever ends
// meanwhile is gone on with.
import { isImage, size } from '/attachments.js';
import { account, add, announce, also, composer, drawing, find, owner, showRow } from '/chat.js';
import { cid } from '/cid.js';
import { bytes, change, drop, forget, known, leave, leaving, pick, picked, settle, stay } from '/picked.js';
import { follow, giveUp, isCut, progress, run, tell } from '/uploads.js';

const files_max = 10;
const note_ms = 8_000;
const picture_px = 96;

// The composer of the open room, and what stands in the trays of all rooms.
let area;
let held = new Map();

const roomOf = ({ form }) => Number(form.action.split('/').pop());

// What the page hears (public/composer.js): "click" with the button, "paste", "drop" and "dragover" with what there is; nothing, when
// some files may be left from before.
export function hear(kind, list) {
  meet();
  if (kind === 'click') import('/attach.js').then(({ offer }) => offer(list, choose));
  else if (kind === 'dragover') hover();
  else if (kind) take(list);
}

// The browser's own way of choosing.
function choose() {
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
  input.addEventListener('change', () => take([...input.files]));
  input.click();
}

// Width and height of what the browser can show: what is drawn before the server has looked has its place by them.
async function look(blob) {
  if (!/^image\/(jpeg|png|gif|webp)$/.test(blob.type)) return {};
  try {
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return {};
  }
}

// Takes files for the conversation that is open now, whichever is when they are kept.
async function take(list) {
  leaveOff();
  if (!area) return;
  const room = roomOf(area);
  await known();
  let count = (await picked()).filter((file) => file.room === room).length;
  let why = '';
  for (const blob of list) {
    const { name, size, type } = blob;
    if (count >= files_max) why = `A message has at most ${files_max} files. Send the others with another message.`;
    else if (!size) why = `“${name}” is empty, or a folder. Choose a file.`;
    else {
      const file = { id: cid(), account, room, name: name || 'file', size, type, at: Date.now() + count / files_max, ...(await look(blob)) };
      try {
        await pick(file, blob);
        count += 1;
      } catch {
        why = `This browser has no room for “${file.name}”. Free some space and choose it again.`;
      }
    }
  }
  await tell();
  if (why) say(why);
  area?.focus();
  run();
}

async function remove(file) {
  giveUp(file.id);
  await drop(file.id);
  await tell();
  area?.focus();
}

// The message leaves the composer: from here on it is sent by itself.
let isLeaving = false;
async function send() {
  const from = area;
  const room = roomOf(from);
  const files = (held.get(room) ?? []).filter(({ why }) => !why);
  if (isLeaving || !files.length) return;
  isLeaving = true;
  const typed = from.value;
  const [act, target] = (from.form.dataset.about ?? '').split(' ');
  const reply_to = (act === 'say' && Number(target)) || null;
  try {
    await leave({ id: cid(), account, room, content: typed.trim(), reply_to, files, gist: gist(files), at: Date.now() });
    // As if the person had taken it out: the draft hears of it.
    if (reply_to) from.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    from.value = from.value.startsWith(typed) ? from.value.slice(typed.length) : from.value;
    from.dispatchEvent(new Event('input', { bubbles: true }));
    announce('Your message is on its way');
  } catch {
    say('This browser cannot keep your message. Free some space and send it again.');
  }
  isLeaving = false;
  await tell();
  run();
}

async function cancel(message) {
  message.files.forEach(({ id }) => giveUp(id));
  await settle(message);
  await tell();
  area?.focus();
}

async function again(message) {
  const { why, ...rest } = message;
  await change('leaving', rest);
  await tell();
  run();
}

// Back into the composer, with what was typed there meanwhile below it.
async function edit(message) {
  await stay(message);
  area.value = [message.content, area.value].filter(Boolean).join('\n');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  await tell();
  area?.focus();
  run();
}

// A picture of what was picked, drawn once, for a CSP that lets no images in but our own.
const pictures = new Map();
function picture(parent, file) {
  if (!file.width) return drawing(parent, 'file');
  const canvas = pictures.get(file.id) ?? document.createElement('canvas');
  parent.append(canvas);
  if (pictures.has(file.id)) return;
  pictures.set(file.id, canvas);
  [canvas.width, canvas.height] = [picture_px, picture_px];
  bytes(file.id)
    .then(createImageBitmap)
    .then((bitmap) => {
      const part = Math.min(bitmap.width, bitmap.height);
      const [left, top] = [(bitmap.width - part) / 2, (bitmap.height - part) / 2];
      canvas.getContext('2d').drawImage(bitmap, left, top, part, part, 0, 0, picture_px, picture_px);
      bitmap.close();
    })
    .catch(() => {});
}

function cross(parent, name, press) {
  const made = add(parent, 'button', { type: 'button', class: 'close', 'aria-label': name, title: name });
  drawing(made, 'close');
  made.addEventListener('click', press);
}

function chip(list, file, why) {
  const item = add(list, 'li', { 'data-file': file.id });
  picture(item, file);
  add(item, 'b', { dir: 'auto' }, file.name);
  add(item, 'span', why ? { class: 'error', role: 'alert' } : {}, why ?? size(file.size));
  if (!why) add(item, 'progress', { max: 1, value: progress.get(file.id) ?? 0, 'aria-label': `Upload of ${file.name}` });
  return item;
}

// A message on its way.
function row(tray, message) {
  const item = add(tray, 'li', { class: 'sending' });
  add(item, 'b', { dir: 'auto' }, message.content || 'On its way');
  if (message.why) {
    add(item, 'span', { class: 'error', role: 'alert' }, message.why);
    for (const [name, press] of [['Retry', again], ['Edit', edit]]) add(item, 'button', { type: 'button' }, name).addEventListener('click', () => press(message));
  } else if (isCut) add(item, 'span', { role: 'status' }, 'Waiting for a connection');
  cross(item, 'Cancel sending', () => cancel(message));
  const list = add(item, 'ul');
  for (const file of message.files) chip(list, file);
}

// The tray, and what the list of conversations says of the others, anew.
let turn = 0;
async function draw() {
  const mine = (turn += 1);
  await known();
  const [files, messages] = [await picked(), await leaving()];
  if (mine !== turn) return;
  const before = held;
  held = files.reduce((all, file) => all.set(file.room, [...(all.get(file.room) ?? []), file]), new Map());
  for (const row of document.querySelectorAll('.inbox li')) {
    const { told } = row;
    const here = Number(row.firstChild.dataset.room);
    if (!told || before.get(here)?.length === held.get(here)?.length) continue;
    row.told = undefined;
    showRow(row, told);
  }
  if (!area?.isConnected) return;
  const room = roomOf(area);
  area.form.querySelector('.tray')?.remove();
  const [standing, going] = [held.get(room) ?? [], messages.filter((message) => message.room === room)];
  if (standing.length || going.length) {
    const tray = document.createElement('ul');
    tray.className = 'tray';
    tray.ariaLabel = 'Files';
    going.forEach((message) => row(tray, message));
    for (const file of standing) cross(chip(tray, file, file.why), `Remove ${file.name}`, () => remove(file));
    area.form.prepend(tray);
  }
  if (!standing.length && !area.value.trim()) area.form.querySelector('.send').setAttribute('aria-disabled', true);
  enable();
}

// A row of the list of conversations tells of files that wait in its composer.
also.row = (told) => {
  const files = held.get(Number(told.room));
  if (!files || told.open || told.kind === 'typing') return;
  const text = told.kind ? `${gist(files)} · ${told.text}` : gist(files);
  Object.assign(told, { kind: 'draft', mark: null, before: 'Draft: ', text });
};

// What stands for them in a line, as crates/wire/src/parts/attachment.rs has it.
function gist(files) {
  const [{ name }, second] = files;
  if (files.every(isImage)) return second ? `📷 ${files.length} photos` : '📷 Photo';
  return second ? `📎 ${files.length} files` : `📎 ${name}`;
}

// How far a file is.
function show(file, part) {
  const bar = document.querySelector(`[data-file="${file}"] progress`);
  if (bar) bar.value = part;
}

// Something about what was picked that is no file in the tray.
function say(text) {
  find('.tray-note')?.remove();
  if (area) area.form.prepend(add(document.createDocumentFragment(), 'p', { class: 'error tray-note', role: 'alert' }, text));
  setTimeout(() => find('.tray-note')?.remove(), note_ms);
}

// While files are dragged over the page, the conversation says what becomes of them.
function hover() {
  if (!area || find('.drop-here')) return;
  const over = add(find('.history'), 'p', { class: 'drop-here' });
  drawing(over, 'clip');
  add(over, 'b', {}, 'Drop to add to your message');
}
const leaveOff = () => find('.drop-here')?.remove();
addEventListener('dragleave', ({ relatedTarget }) => relatedTarget || leaveOff());

// What sends the text sends the files with it, while there are any; an edit has none, and a text that is too long stays.
const stands = (form) => Boolean(form && held.get(roomOf({ form }))?.some(({ why }) => !why) && !form.matches('[data-about^=edit]') && !form.querySelector('[data-over]'));

// Files can be sent without a word.
function enable() {
  const button = area.form.querySelector('.send');
  if (stands(area.form) && button.getAttribute('aria-disabled') === 'true') button.setAttribute('aria-disabled', false);
}

function instead(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  send();
}

addEventListener('submit', (event) => event.target.matches('.composer') && stands(event.target) && instead(event), true);
addEventListener('keydown', (event) => {
  const { target, key, isComposing, keyCode, shiftKey, ctrlKey, metaKey } = event;
  if (target !== area || key !== 'Enter' || isComposing || keyCode === 229 || !stands(area.form)) return;
  if (area.hasAttribute('aria-activedescendant')) return;
  if (ctrlKey || metaKey || (!shiftKey && !matchMedia('(pointer: coarse)').matches)) instead(event);
}, true);

// Another room has another composer; and what is said of its button is about the text alone.
function meet() {
  const found = find(composer);
  if (found !== area) {
    area = found;
    if (area) draw().then(run);
  } else if (area) enable();
}

follow(show, draw);
if (find('.chat')) {
  new MutationObserver(meet).observe(find('.chat'), { subtree: true, childList: true, attributeFilter: ['aria-disabled'] });
  forget(false).catch(() => {});
  known().then(draw).then(run);
} else owner().then((text) => text || forget(true)).catch(() => {});
