// Every test runs against a server of its own (server.ts), is never repeated, and fails on any complaint of the browser (person.ts).
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  // Only what hangs takes so long: a walk with forty pictures takes one minute here, and may take two elsewhere.
  timeout: 240_000,
  expect: {
    // No promise, but patience: a machine that does other work for a while is not a fault. What has to be quick says so itself.
    timeout: 30_000,
    toHaveScreenshot: { pathTemplate: '../docs/screens/{arg}{ext}', maxDiffPixelRatio: 0.01 },
  },
  reporter: [['list'], ['json', { outputFile: '../target/end2end.json' }]],
  use: {
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      // Without windows, where there is one: a third less time. Tests that need windows start the whole browser (browser.ts).
      executablePath: process.env.CHROMIUM_SHELL || process.env.CHROMIUM || undefined,
      args: ['--font-render-hinting=none', '--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
