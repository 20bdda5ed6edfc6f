// The lines above the composer: how the connection is, and that messages were refused. Rule: drawn from the JSON of
// app/src/ui/link_line.rs and app/src/ui/refused_bar.rs; what can be pressed is made once, so that the focus stays.
import { add, ask } from './rows.js';

const button = (line, name, press) => add(line, 'button', { type: 'button' }, name).addEventListener('click', press);

export function connection(line, told) {
  if (!line.firstElementChild) {
    add(line, 'span');
    button(line, 'Try now', () => ask('try now'));
    add(line, 'a', {}, 'Sign in');
    button(add(line, 'span', {}, 'A new version is ready. '), 'Reload', () => location.reload());
  }
  const { state, transport, text, retry, login, outdated } = JSON.parse(told);
  const [words, again, link, news] = line.children;
  Object.assign(line.dataset, { state, transport });
  if (words.textContent !== text) words.textContent = text;
  again.hidden = !retry;
  link.hidden = !login;
  link.href = login;
  news.hidden = !outdated;
}

export function refused(bar, told) {
  const all = (way) => () => bar.cids.forEach((cid) => ask(`${way} ${cid}`));
  if (!bar.firstElementChild) {
    add(bar, 'span');
    button(bar, 'Retry all', all('retry'));
    button(bar, 'Discard all', all('discard'));
  }
  const { cids, retry, shown } = JSON.parse(told);
  const [words, again] = bar.children;
  bar.hidden = !shown;
  again.hidden = !retry;
  bar.cids = cids;
  words.textContent = `${cids.length} messages were not sent.`;
}
