import { defineConfig } from '@playwright/test'

// `npm test` starts the server and says where it and the browser are.
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 90_000, // a walk of ten pages on a machine that builds something else besides
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [['dot'], ['json']] : [['list'], ['json']],
  use: {
    baseURL: process.env.BASE_URL,
    trace: process.env.CI ? 'off' : 'retain-on-failure', // keeping one of each test takes nearly as long as the test
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: ['--disable-gpu', '--disable-quic', '--disable-background-networking', ...(isRoot ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'with JavaScript', testIgnore: /without-javascript/ },
    { name: 'without JavaScript', testMatch: /walks|forms|without-javascript/, use: { javaScriptEnabled: false } },
  ],
})
