// Browsers that write slowly, or not at all: text leaves the composer only when it is kept, and whoever writes hears of it (C7).
import { type Person, connect, expect, test } from '../fixtures.ts';
import { expectOnce, large_message, reconnect_limit_ms, smallDisk, waiting } from '../storage.ts';

const cannot_keep = /This browser cannot keep/;
/** How long the app waits for a disk before it says that it cannot keep something. */
const patience_ms = 5_000;

/** A disk that takes its time with the outbox until it is told to finish. To be called before a page is opened. */
async function slowDisk(person: Person): Promise<{ asked: () => Promise<number>; finish: () => Promise<void> }> {
  await person.context.addInitScript(() => {
    const disk = Object.assign(window, { disk: { slow: true, asked: 0 } }).disk;
    for (const method of ['add', 'put'] as const) {
      const original = IDBObjectStore.prototype[method];
      IDBObjectStore.prototype[method] = function (this: IDBObjectStore, ...given: Parameters<typeof original>) {
        const request = original.apply(this, given);
        // A transaction lasts as long as it is asked for something.
        const ask = () => void (disk.slow && (this.get(-1).onsuccess = ask));
        if (this.name === 'outbox') {
          disk.asked += 1;
          request.addEventListener('success', ask);
        }
        return request;
      };
    }
  });
  type Disk = typeof window & { disk: { slow: boolean; asked: number } };
  return {
    asked: () => person.page.evaluate(() => (window as Disk).disk.asked),
    finish: () => person.page.evaluate(() => void ((window as Disk).disk.slow = false)),
  };
}

test('text leaves the composer only when the browser has written it down', async ({ pair: [ana, bea] }) => {
  const disk = await slowDisk(ana);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('on its way to the disk');
  await expect.poll(() => disk.asked()).toBe(1);
  await expect(ana.composer).toHaveValue('on its way to the disk');
  // Whatever is shown as waiting would be there after a reload.
  expect(await ana.page.locator('[data-tick="waiting"]').count()).toBe(0);
  expect(await bea.log(room)).toEqual([]);
  await disk.finish();
  await expect(ana.composer).toHaveValue('');
  await expectOnce(room, ['on its way to the disk'], [ana, bea]);
});

test('what is sent twice while the browser still writes is sent once', async ({ pair: [ana, bea] }) => {
  const disk = await slowDisk(ana);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.composer.fill('impatient');
  for (let times = 0; times < 3; times += 1) await ana.composer.press('Enter');
  await expect.poll(() => disk.asked()).toBe(1);
  await disk.finish();
  await expect(ana.composer).toHaveValue('');
  await ana.say('patient');
  await expectOnce(room, ['impatient', 'patient'], [ana, bea]);
});

test('a disk that never finishes is said so, and what was given up never appears', async ({ pair: [ana, bea] }) => {
  const disk = await slowDisk(ana);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('given up');
  await expect.poll(() => disk.asked()).toBe(1);
  await expect(ana.notice).toContainText(cannot_keep, { timeout: 2 * patience_ms });
  await expect(ana.composer).toHaveValue('given up');
  await disk.finish();
  await ana.say('second attempt');
  await expectOnce(room, ['second attempt'], [ana, bea]);
  await expect(ana.notice).not.toBeVisible();
});

test('a full disk is said so, the text stays, and goes when there is room again', async ({ visitor, person }) => {
  const ana = await visitor('ana', { serviceWorkers: 'block' });
  const buyDisk = await smallDisk(ana);
  await ana.register();
  const bea = await person('bea');
  await connect(ana, bea);
  const room = await ana.openLive(bea);
  await bea.openLive(ana);
  await ana.say('still room');
  await ana.expectTick('still room', 'read');
  await ana.say(large_message);
  await expect(ana.notice).toContainText(cannot_keep);
  await expect(ana.composer).toHaveValue(large_message);
  await expect(ana.page.locator('article[data-cid]')).toHaveCount(1);
  expect(await waiting(ana)).toEqual([]);
  // Nothing that only makes the app faster to open may stand in the way of reading.
  await bea.say('can you still read?');
  await expect(ana.bubble('can you still read?')).toBeVisible();
  await bea.expectTick('can you still read?', 'read');

  await buyDisk();
  await ana.page.getByRole('button', { name: 'Send' }).click();
  await expectOnce(room, ['still room', 'can you still read?', large_message], [ana, bea]);
  await expect(ana.notice).not.toBeVisible();
});

/** Ways in which browsers deny storage. */
const denials = {
  'by throwing': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
  },
  'by an error': () => {
    const original = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (this: IDBFactory, name: string) {
      const request = original.call(this, `${name} denied`, 1);
      request.addEventListener('upgradeneeded', (event) => {
        event.stopImmediatePropagation();
        request.transaction?.abort();
      });
      return request;
    };
  },
  'by its absence': () => void Object.defineProperty(window, 'indexedDB', { value: undefined }),
};

for (const [how, deny] of Object.entries(denials)) {
  test(`storage that is denied ${how} is said so, the text stays, and others are still read`, async ({ pair: [ana, bea] }) => {
    await ana.context.addInitScript(deny);
    const room = await ana.openLive(bea);
    await bea.openLive(ana);
    await ana.say('nowhere to keep it');
    await expect(ana.notice).toContainText(cannot_keep);
    await expect(ana.composer).toHaveValue('nowhere to keep it');
    expect(await bea.log(room)).toEqual([]);
    await bea.say('can you still read?');
    await expect(ana.bubble('can you still read?')).toBeVisible({ timeout: reconnect_limit_ms });
    await bea.expectTick('can you still read?', 'read');
  });
}
