// On pages without the chat: that messages wait in this browser, and what sends them. Rule: it counts, and the chat sends; what is
// said holds for as long as it stands there.
import { add, transact } from '/chat.js';

// Another tab may be about to send them.
const pause_ms = 2_000;
const isEntrance = location.pathname === '/login';

// Whoever logs in may be anybody; else they are of whoever uses the browser. What was refused waits for nothing.
const count = () =>
  transact(['outbox', 'owner'], (outbox, owners) => {
    const [all, owner] = [outbox.getAll(), owners.get('owner')];
    const waits = ({ account, text }) => isEntrance || (account === owner.result?.account && !JSON.parse(text).refusal);
    return () => all.result.filter(waits).length;
  }, 'readonly');

let line, shown;

// What stands there already is not touched: somebody may be about to press it, and it would be read out again.
function show(waiting) {
  if (waiting === shown && line.isConnected) return;
  shown = waiting;
  line?.remove();
  line = add(document.querySelector('main'), 'p', { class: 'hint', role: 'status', 'data-waiting': '' });
  const isOne = waiting === 1;
  if (isEntrance) {
    line.textContent = isOne
      ? 'A message waits in this browser. It is sent when its author logs in here.'
      : `${waiting} messages wait in this browser. They are sent when their author logs in here.`;
    return;
  }
  line.textContent = isOne ? 'A message of yours waits in this browser. It is sent when you ' : `${waiting} messages of yours wait in this browser. They are sent when you `;
  add(line, 'a', { href: '/' }, 'open your conversations');
  line.append('.');
}

async function look(isFirst) {
  const waiting = await count();
  if (!waiting) return line?.remove();
  if (isEntrance) return show(waiting);
  if (!isFirst) show(waiting);
  setTimeout(() => look().catch(() => {}), pause_ms);
}

look(true).catch(() => {});
