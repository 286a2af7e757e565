import { describe, expect, test } from 'vitest'
import { withAccount, withUser } from '@/lib/platform/db'
import { queueJob, queueJobs } from '@/lib/platform/queue'
import { asRuntime, asSuperuser } from '../../support/database'
import { registerUser } from '../../support/people'

const ACCOUNT = '01a20b69-2ef1-728f-9752-d4361ecd3101'

function queuedFor(accountId: string) {
  return asSuperuser<{ task: string; payload: unknown; isLater: boolean }>(
    `SELECT identifier AS task, payload, run_at > now() AS "isLater" FROM graphile_worker._private_jobs AS jobs
       JOIN graphile_worker._private_tasks AS tasks ON tasks.id = task_id WHERE payload->>'accountId' = $1`,
    [accountId],
  )
}

describe('a job', () => {
  test('is committed with its transaction', async () => {
    await withAccount(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId: 'committed' }))
    expect(await queuedFor('committed')).toEqual([{ task: 'erase-account', payload: { accountId: 'committed' }, isLater: false }])
  })

  // ASVS 2.3.3
  test('is rolled back with its transaction', async () => {
    const rolledBack = withAccount(ACCOUNT, async (tx) => {
      await queueJob(tx, 'erase-account', { accountId: 'rolled back' })
      throw new Error('on purpose')
    })
    await expect(rolledBack).rejects.toThrow('on purpose')
    expect(await queuedFor('rolled back')).toEqual([])
  })

  test('can be scheduled for later', async () => {
    await withUser(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId: 'later' }, { runAt: new Date(Date.now() + 3_600_000) }))
    expect(await queuedFor('later')).toMatchObject([{ isLater: true }])
  })

  test('is queued for each payload of a list, which may be empty', async () => {
    const payloads = Array.from({ length: 500 }, () => ({ accountId: 'many' }))
    await withAccount(ACCOUNT, (tx) => queueJobs(tx, 'erase-account', payloads))
    await withAccount(ACCOUNT, (tx) => queueJobs(tx, 'erase-account', []))
    expect(await queuedFor('many')).toHaveLength(500)
  })

  test('keeps special characters of its payload', async () => {
    const accountId = `'); DROP TABLE users; -- "\\ $1 {} ü 🜁`
    await withAccount(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId }))
    expect(await queuedFor(accountId)).toMatchObject([{ payload: { accountId } }])
    await registerUser()
  })
})

describe('the runtime role', () => {
  // ASVS 13.2.2
  test.each([
    'ALTER TABLE graphile_worker._private_jobs ADD COLUMN more text',
    'ALTER TABLE graphile_worker._private_jobs DISABLE ROW LEVEL SECURITY',
    'DROP TABLE graphile_worker._private_jobs',
    'TRUNCATE graphile_worker._private_jobs',
    'CREATE TABLE graphile_worker.more ()',
    'CREATE OR REPLACE FUNCTION graphile_worker.remove_job(job_key text) RETURNS graphile_worker._private_jobs LANGUAGE sql AS $$ SELECT NULL $$',
    'DROP POLICY atrium_runtime ON graphile_worker._private_jobs',
    'INSERT INTO graphile_worker.migrations (id) VALUES (99)',
    'DELETE FROM graphile_worker._private_tasks',
  ])('cannot run %s', async (sql) => {
    await expect(asRuntime(sql)).rejects.toThrow(/permission denied|must be owner/)
  })

  test('is the only role besides the owner with access to the queue', async () => {
    await asSuperuser(`DO $$ BEGIN CREATE ROLE stranger; EXCEPTION WHEN duplicate_object THEN NULL; END $$`)
    const [stranger] = await asSuperuser(`SELECT has_schema_privilege('stranger', 'graphile_worker', 'USAGE') AS may`)
    expect(stranger).toEqual({ may: false })
  })
})
