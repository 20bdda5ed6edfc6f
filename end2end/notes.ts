// What a browser has shown of notifications. The rule: real ones are shown all the same.
import type { Person } from './person.ts';

export type Note = { title: string; body: string; isOpen: boolean };

/** Notes every notification of every tab from now on; real ones are shown all the same. */
export async function noteNotifications({ context }: Person): Promise<void> {
  await context.addInitScript(() => {
    const notes: Note[] = [];
    const shown: Notification[] = [];
    class Noted extends Notification {
      readonly #note: Note;

      constructor(title: string, options: NotificationOptions = {}) {
        super(title, options);
        this.#note = { title, body: options.body ?? '', isOpen: true };
        notes.push(this.#note);
        shown.push(this);
      }

      override close(): void {
        super.close();
        this.#note.isOpen = false;
      }
    }
    Object.assign(window, { Notification: Noted, notes, shown });
  });
}

export async function notes(tabs: Person[]): Promise<Note[]> {
  return (await Promise.all(tabs.map(({ page }) => page.evaluate(() => (window as unknown as { notes: Note[] }).notes)))).flat();
}
