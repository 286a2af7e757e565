import { randomBytes } from 'node:crypto'
import { expect, inject, vi } from 'vitest'
import { copyTemplate, named } from '../run/databases.mjs'
import { asSuperuser } from './database'

// Gives each test file an empty database before any module of the application reads its address. Files of one process take
// turns in one database: copying the template for each of them costs a third of the suite's time.
const databaseOfProcess = globalThis as { isDatabaseReady?: boolean }
if (databaseOfProcess.isDatabaseReady) await emptyDatabase()
else await createDatabase()
databaseOfProcess.isDatabaseReady = true

async function createDatabase() {
  const name = `test_${randomBytes(6).toString('hex')}`
  const { superuser, owner, runtime } = inject('databases')
  await copyTemplate(superuser, name)
  Object.assign(process.env, {
    DATABASE_URL: named(runtime, name),
    DATABASE_OWNER_URL: named(owner, name),
    DATABASE_SUPERUSER_URL: named(superuser, name),
  })
}

/**
 * Removes all rows that an earlier file left, past the triggers that keep the audit trail append-only. Then adds the operator's
 * trail again, which a migration inserted.
 */
async function emptyDatabase() {
  await vi.waitFor(expectNoTransaction, { timeout: 10_000, interval: 20 })
  const tables = await asSuperuser<{ name: string }>(`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'graphile_worker') AND tablename NOT LIKE '%migrations'`)
  await asSuperuser(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} RESTART IDENTITY CASCADE`)
  await asSuperuser('INSERT INTO audit_trails (account_id) VALUES (operator_trail_id())')
}

/** What an earlier file deferred, or did not wait for, may still run. TRUNCATE would deadlock with it, or its rows would stay. */
async function expectNoTransaction() {
  const running = await asSuperuser(`
    SELECT state, query FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'`)
  expect(running).toEqual([])
}
