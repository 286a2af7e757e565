import { expect, test } from 'vitest'
import { checkReadiness, readiness } from '@/lib/platform/startup'
import { asSuperuser } from '../../support/database'
import { statementsOf } from '../../support/statements'

const READY = { database: 'ok', migrations: 'ok', role: 'ok' }

// ASVS 15.2.2
test('fifty readiness requests within a second check the database once', async () => {
  const once = await statementsOf(checkReadiness)
  const statements = await statementsOf(() => Promise.all(Array.from({ length: 50 }, readiness)))
  expect(statements).toHaveLength(once.length)
})

test.each([
  'SELECT (password_hash) ON users',
  'SELECT (password_hash) ON registrations',
  'SELECT ON users',
  'INSERT (created_at) ON audit_events',
  'UPDATE (suspended_at) ON users',
  'UPDATE (suspended_at) ON accounts',
])('checkReadiness fails if the runtime role has %s', async (privilege) => {
  expect(await checkReadiness()).toEqual(READY)
  await asSuperuser(`GRANT ${privilege} TO atrium_runtime`)
  try {
    expect(await checkReadiness()).toEqual({ ...READY, role: 'failing' })
  } finally {
    await asSuperuser(`REVOKE ${privilege} FROM atrium_runtime`)
    await asSuperuser('GRANT SELECT (id, email, name, email_verified_at, created_at, updated_at) ON users TO atrium_runtime')
  }
})

test('checkReadiness succeeds when all migrations are applied, and fails for an older or missing job queue', async () => {
  expect(await checkReadiness()).toEqual(READY)
  await asSuperuser('DELETE FROM graphile_worker.migrations WHERE id = (SELECT max(id) FROM graphile_worker.migrations)')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
  await asSuperuser('REVOKE USAGE ON SCHEMA graphile_worker FROM atrium_runtime')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
  await asSuperuser('DROP SCHEMA graphile_worker CASCADE')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
})
