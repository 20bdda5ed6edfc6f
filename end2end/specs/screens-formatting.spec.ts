// Pictures of formatted texts: words, code, quotes, lists and links, on both sides of a conversation and in both directions.
import { picture, test } from '../gallery.ts';

test('pictures of formatted texts', async ({ pair: [ana, bea] }) => {
  await ana.openLive(bea);
  await bea.openLive(ana);
  for (const [person, text, says] of [
    [bea, 'The plan is at https://example.org/harbour/plan?page=2. **Read it today**, please: the _third_ part is ~~new~~ old', 'The plan'],
    [ana, '> Read it today, please\nI have. Still open:\n1. the bread\n2. the cheese\n  - goat\n  - cow\n3. who rows', 'I have'],
    [bea, 'Run `make check` first:\n```\nfn main() {\n    println!("harbour");\n}\n```\nThen [write to Dora](mailto:dora@example.org)', 'Then write'],
    [ana, '**نلتقي** في الميناء:\n- الساعة التاسعة\n- https://example.org/map', 'نلتقي'],
    [bea, '2*3*4 = 24, snake_case and >:( stay what they are', 'stay'],
  ] as const) {
    await person.composer.fill(text);
    await person.composer.press('ControlOrMeta+Enter');
    await person.expectTick(says, 'read');
  }
  await picture(ana, 'room-formatted');
});
