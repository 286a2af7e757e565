import { expect, test } from 'vitest'
import { checkReadiness } from '@/lib/platform/startup'
import { asSuperuser } from '../../support/database'

const READY = { database: 'ok', migrations: 'ok', role: 'ok' }

test('checkReadiness succeeds when all migrations are applied, and fails for an older or missing job queue', async () => {
  expect(await checkReadiness()).toEqual(READY)
  await asSuperuser('DELETE FROM graphile_worker.migrations WHERE id = (SELECT max(id) FROM graphile_worker.migrations)')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
  await asSuperuser('REVOKE USAGE ON SCHEMA graphile_worker FROM atrium_runtime')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
  await asSuperuser('DROP SCHEMA graphile_worker CASCADE')
  expect(await checkReadiness()).toEqual({ ...READY, migrations: 'failing' })
})
