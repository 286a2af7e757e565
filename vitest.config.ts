import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { freshSecret } from './scripts/setup.mjs'

const resolve = {
  alias: {
    '@': import.meta.dirname,
    'server-only': path.join(import.meta.dirname, 'tests/support/server-only.ts'), // outside the bundler there is no browser to keep it from
  },
}

/** Time for a busy machine. A test that asserts a shorter time measures it itself. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } }

/** The settings with which tests call functions of the application. */
const env = {
  NODE_ENV: 'test' as const,
  APP_URL: 'http://localhost:3000',
  AUTH_SECRET: freshSecret(),
  PASSWORD_PEPPER: freshSecret(),
  FACTOR_KEY: freshSecret(),
  SMTP_URL: '',
  MAIL_FROM: '',
  MAIL: '',
  LOG_LEVEL: 'warn', // audit events are logged at the level info
}

/** Where no server listens, so that a unit test that needs a database fails. */
const NO_DATABASE = 'postgresql://none@localhost:1/none'

const integration = {
  globalSetup: 'tests/support/start-databases.ts',
  setupFiles: ['tests/support/file-database.ts', 'tests/support/fast-hashing.ts'],
  env,
  maxWorkers: '100%', // PostgreSQL and the hashing threads leave a processor idle often enough
  ...patience,
}

/**
 * Integration tests that replace modules, change the environment or the schema, end what their process shares, change what
 * the database server shares, or go through the whole database. Each gets its own process and database.
 */
export const OWN_PROCESS = [
  'tests/integration/account-policies/property.test.ts',
  'tests/integration/audit/verify.test.ts',
  'tests/integration/http/limits/limits.test.ts',
  'tests/integration/isolation.test.ts',
  'tests/integration/jobs/worker.test.ts',
  'tests/integration/mail-limits.test.ts',
  'tests/integration/platform/read.test.ts',
  'tests/integration/platform/startup.test.ts',
  'tests/integration/pool.test.ts',
  'tests/integration/quotas.test.ts',
  'tests/integration/require-scope.test.ts',
  'tests/integration/runbooks.test.ts',
  'tests/integration/runtime-role.test.ts',
  'tests/integration/seed.test.ts',
  'tests/integration/time-zone.test.ts',
]

/**
 * Suites against a running server. As many files run at the same time as `npm test` has opened servers for the suite: each
 * has one to itself.
 */
const blackBox = {
  ...patience,
  fileParallelism: Boolean(process.env.ATRIUM_SERVERS),
  maxWorkers: JSON.parse(process.env.ATRIUM_SERVERS ?? '[0]').length,
  setupFiles: 'tests/support/file-server.ts',
}

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], env: { ...env, DATABASE_URL: NO_DATABASE }, ...patience } },
      {
        resolve,
        test: { name: 'integration', include: ['tests/integration/**/*.test.ts'], exclude: OWN_PROCESS, isolate: false, ...integration },
      },
      { resolve, test: { name: 'integration-own-process', include: OWN_PROCESS, ...integration } },
      { resolve, test: { name: 'tenancy', include: ['tests/tenancy/**/*.test.ts'], ...blackBox } },
      { resolve, test: { name: 'attack', include: ['tests/attack/**/*.test.ts'], ...blackBox } },
      { resolve, test: { name: 'fault', include: ['tests/fault/**/*.test.ts'], maxWorkers: 2, ...patience } }, // each file starts its own servers
    ],
  },
})
