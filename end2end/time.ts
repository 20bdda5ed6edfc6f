// The time of somebody's browser in the test's hand: timers and dates only, connections stay as they are.
import { type Person, expect } from './fixtures.ts';

/** Shorter than the page waits for its storage. */
const storage_patience_ms = 4_000;

const stopped = new WeakSet<Person>();

/** Call before the page is loaded; the time runs until it is stopped. */
export async function takeTime(person: Person): Promise<void> {
  await person.page.clock.install();
}

/** From now on time passes by `pass` alone. */
export async function stopTime(person: Person): Promise<void> {
  const { page } = person;
  stopped.add(person);
  // Some moments ahead: on a busy machine some of them are over before the browser hears of it.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 10_000);
}

/** Lets time pass; every timer that is due meanwhile rings. */
export async function pass({ page }: Person, time_ms: number): Promise<void> {
  for (let left_ms = time_ms; left_ms > 0; left_ms -= storage_patience_ms) {
    await page.evaluate(stored);
    await page.clock.runFor(Math.min(left_ms, storage_patience_ms));
  }
}

/** Waits until what was changed last is drawn. */
export async function nextFrames(person: Person): Promise<void> {
  if (stopped.has(person)) return pass(person, 50);
  await person.page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
}

/** For what sets timers of its own in the page: time passes by milliseconds until it is done. */
export async function passDuring<Answer>(person: Person, work: Promise<Answer>): Promise<Answer> {
  let isDone = !stopped.has(person);
  const done = work.finally(() => (isDone = true));
  // Heard below.
  done.catch(() => {});
  while (!isDone) await person.page.clock.runFor(1);
  return done;
}

/** In the page: waits until everything that the page has asked of its storage is done, for the disk knows nothing of the stopped time. */
function stored(): Promise<void> {
  return new Promise((done) => {
    const request = indexedDB.open('twotick');
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => done();
    request.onsuccess = () => {
      const database = request.result;
      const transaction = database.transaction(Array.from(database.objectStoreNames), 'readwrite');
      transaction.oncomplete = () => (database.close(), done());
    };
  });
}

/** Lets time pass in steps until something holds, at most this long; answers how long it took, to the step. */
export async function passUntil(person: Person, holds: () => Promise<boolean>, most_ms: number, step_ms: number): Promise<number> {
  let passed_ms = 0;
  while (!(await holds())) {
    expect(passed_ms, 'it happens in time').toBeLessThan(most_ms);
    await pass(person, step_ms);
    passed_ms += step_ms;
  }
  return passed_ms;
}
