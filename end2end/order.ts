// What a screen must never show, not even for a moment: messages out of their order, or a hole without a row that says so (C4, C6).
import { type Person, expect } from './fixtures.ts';

/** Looks at every change of the conversation that is open now, until the document is left. */
export async function watchOrder({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    const disorder: string[] = [];
    Object.assign(window, { disorder });
    const selector = '[data-conversation] :is(article, [data-gap], [data-catching-up])';
    const rows = () => Array.from(document.querySelectorAll<HTMLElement>(selector));
    const look = () => {
      let last: number | undefined;
      let [isExcused, isBeyond, wrong] = [true, false, false];
      for (const row of rows()) {
        isExcused ||= row.tagName !== 'ARTICLE';
        // Beyond what is held stand one's own messages, whatever is between them.
        isBeyond ||= row.dataset.catchingUp !== undefined;
        if (row.dataset.seq === undefined) continue;
        const seq = Number(row.dataset.seq);
        const isNext = last === undefined || seq === last + 1;
        wrong ||= (last !== undefined && seq <= last) || !(isNext || isExcused || (isBeyond && row.dataset.own !== undefined));
        [last, isExcused] = [seq, false];
      }
      if (wrong) disorder.push(rows().map((row) => row.dataset.seq ?? (row.tagName === 'ARTICLE' ? 'own' : 'hole')).join(' '));
    };
    new MutationObserver(look).observe(document.querySelector('[data-conversation]') ?? document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ['data-seq'],
    });
    look();
  });
}

export async function expectOrder({ name, page }: Person): Promise<void> {
  const disorder = await page.evaluate(() => (window as unknown as { disorder: string[] }).disorder);
  expect(disorder, `what ${name} saw`).toEqual([]);
}
