// The layer around every answer: headers, cookies and what the browser must not run (SPEC 8).
import { expect, test } from '../fixtures.ts';

test('every page carries the security headers, and no script without a nonce', async ({ pair: [ana, bea] }) => {
  const room = await ana.openLive(bea);
  for (const path of ['/', '/people', room]) {
    const response = await ana.page.goto(path);
    const headers = response?.headers() ?? {};
    const policy = headers['content-security-policy'] ?? '';
    const scripts = policy.split(';').find((part) => part.trim().startsWith('script-src')) ?? '';
    expect(scripts, path).toMatch(/'nonce-[^']+'/);
    expect(scripts, path).toContain("'wasm-unsafe-eval'");
    expect(scripts, path).not.toContain("'unsafe-inline'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    expect(headers['cache-control'], path).toContain('no-store');
  }
});

test('a script that is slipped into a page does not run', async ({ person }) => {
  const ana = await person('ana');
  ana.expects(/Content Security Policy/);
  await ana.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.slipped = true';
    document.body.append(script);
  });
  expect(await ana.page.evaluate(() => 'slipped' in window)).toBe(false);
});

test('the session cookie is out of reach of scripts and of other sites', async ({ person, server }) => {
  const ana = await person('ana');
  const names = async () => (await ana.context.cookies()).map((cookie) => cookie.name).sort();
  // The page says its time zone in its own time.
  await expect.poll(names).toEqual([`twotick_${server.port}`, 'zone']);
  const cookies = await ana.context.cookies();
  const session = cookies.find((cookie) => cookie.name !== 'zone');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' });
  expect(await ana.page.evaluate(() => document.cookie), 'the browser has named its time zone').toMatch(/^zone=[^;]*$/);
});

test('the module, script and style are compressed and kept for ever', async ({ pair: [ana, bea] }) => {
  const seen = new Map<string, Record<string, string>>();
  ana.page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith('/pkg/')) seen.set(path, response.headers());
  });
  await ana.openLive(bea);
  expect([...seen.keys()].map((path) => path.split('.').pop()).sort()).toEqual(['css', 'js', 'wasm']);
  for (const [path, headers] of seen) {
    expect(headers['content-encoding'], path).toMatch(/^(br|gzip)$/);
    expect(headers['cache-control'], path).toContain('immutable');
  }
});
