import path from 'node:path'
import { defineConfig } from 'vitest/config'

const resolve = {
  alias: {
    '@': import.meta.dirname,
    'server-only': path.join(import.meta.dirname, 'tests/support/server-only.ts'), // outside the bundler there is no browser to keep it from
  },
}

/** Time for a busy machine. A test that asserts a shorter time measures it itself. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } }

const unit = {
  globalSetup: 'tests/support/start-databases.ts',
  setupFiles: ['tests/support/file-database.ts', 'tests/support/fast-hashing.ts'],
  maxWorkers: '100%', // PostgreSQL and the hashing threads leave a processor idle often enough
  ...patience,
}

/**
 * Unit tests that replace modules, change the environment or the schema, end what their process shares, or change what the
 * database server shares. Each gets a process and a database of its own.
 */
export const OWN_PROCESS = [
  'tests/lib/account-policies/property.test.ts',
  'tests/lib/http/limits/limits.test.ts',
  'tests/lib/http/request-info.test.ts',
  'tests/lib/isolation.test.ts',
  'tests/lib/jobs/worker.test.ts',
  'tests/lib/mail-limits.test.ts',
  'tests/lib/password/breached.test.ts',
  'tests/lib/password/password.test.ts',
  'tests/lib/platform/certificates.test.ts',
  'tests/lib/platform/mail/mailbox.test.ts',
  'tests/lib/platform/mail/transport.test.ts',
  'tests/lib/platform/read.test.ts',
  'tests/lib/platform/startup.test.ts',
  'tests/lib/pool.test.ts',
  'tests/lib/quotas.test.ts',
  'tests/lib/require-scope.test.ts',
  'tests/lib/runtime-role.test.ts',
  'tests/lib/seed.test.ts',
  'tests/lib/time-zone.test.ts',
]

/** Suites against a running server share it, so their files take turns. */
const blackBox = { ...patience, fileParallelism: false }

/** How many servers `npm test` has opened for the suite that it runs. */
const lanes = JSON.parse(process.env.ATRIUM_SERVERS ?? '[0]').length

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { name: 'unit', include: ['tests/lib/**/*.test.ts'], exclude: OWN_PROCESS, isolate: false, ...unit } },
      { resolve, test: { name: 'unit-own-process', include: OWN_PROCESS, ...unit } },
      { resolve, test: { name: 'tenancy', include: ['tests/tenancy/**/*.test.ts'], ...blackBox } },
      {
        resolve,
        test: {
          name: 'attack',
          include: ['tests/attack/**/*.test.ts'],
          ...blackBox,
          fileParallelism: lanes > 1,
          maxWorkers: lanes,
          setupFiles: 'tests/support/file-server.ts',
        },
      },
      { resolve, test: { name: 'fault', include: ['tests/fault/**/*.test.ts'], ...blackBox } },
    ],
  },
})
