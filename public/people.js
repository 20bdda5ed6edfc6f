// The page of people while it is open: whoever asks, answers or is gone shows without loading it again. Rule: nothing changes under a
// finger or the focus; there it is only said.

const pause_ms = 8_000;
const address = location.href;
const main = document.querySelector('main');
const search = 'form[role=search]';
const said = (root) => [...root.querySelectorAll('[data-person]')].map(({ dataset: { person, relation } }) => `${person} ${relation}`).join();

async function look() {
  if (document.hidden) return;
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const other = page.querySelector('main');
  if (said(other) === said(main)) return;
  const badge = (root) => root.querySelector('[data-requests]');
  badge(document).replaceWith(document.adoptNode(badge(page)));
  const field = main.querySelector(search);
  const isUsed = main.contains(document.activeElement) && !field.contains(document.activeElement);
  if (isUsed || main.matches(':active')) return tell(field);
  while (field.nextSibling) field.nextSibling.remove();
  const parts = [...other.childNodes];
  main.append(...parts.slice(parts.indexOf(other.querySelector(search)) + 1));
}

function tell(field) {
  if (main.querySelector('[data-outdated]')) return;
  const line = document.createElement('p');
  line.className = 'hint';
  line.role = 'status';
  line.dataset.outdated = '';
  const link = document.createElement('a');
  link.href = address;
  link.textContent = 'Show them';
  line.append('There are new requests or answers. ', link);
  field.after(line);
}

const again = () => look().catch(() => {});
setInterval(again, pause_ms);
document.addEventListener('visibilitychange', again);
addEventListener('focus', again);
