import { defineConfig } from '@playwright/test'

// `npm test` starts the server and sets BASE_URL and CHROMIUM_PATH.
const isRoot = process.getuid?.() === 0
const patience = process.env.TEST_RUNTIME === 'dev' ? 3 : 1 // it compiles each page at its first request

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: patience * 120_000, // ten pages on a busy machine
  expect: { timeout: patience * 20_000 },
  reporter: [['list'], ['json']],
  use: {
    baseURL: process.env.BASE_URL,
    contextOptions: { reducedMotion: 'reduce' }, // nothing to wait for before a click
    trace: process.env.TRACE ? 'retain-on-failure' : 'off', // recording takes nearly as long as the tests themselves
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--process-per-site',
        '--disable-background-networking',
        ...(isRoot ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'with JavaScript', testIgnore: /without-javascript[^/]*$/ },
    { name: 'without JavaScript', testMatch: /(walks|forms|without-javascript)[^/]*$/, use: { javaScriptEnabled: false } },
  ],
})
