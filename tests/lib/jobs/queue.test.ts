import { describe, expect, test } from 'vitest'
import { withAccount, withUser } from '@/lib/platform/db'
import { queueJob, queueJobs } from '@/lib/platform/queue'
import { asRuntime, asSuperuser } from '../../support/database'
import { registerPerson } from '../../support/people'

const ACCOUNT = '01a20b69-2ef1-728f-9752-d4361ecd3101'

function waiting(accountId: string) {
  return asSuperuser<{ task: string; payload: unknown; isLater: boolean }>(
    `SELECT identifier AS task, payload, run_at > now() AS "isLater" FROM graphile_worker._private_jobs AS jobs
       JOIN graphile_worker._private_tasks AS tasks ON tasks.id = task_id WHERE payload->>'accountId' = $1`,
    [accountId],
  )
}

describe('a job', () => {
  test('commits with its cause', async () => {
    await withAccount(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId: 'committed' }))
    expect(await waiting('committed')).toEqual([{ task: 'erase-account', payload: { accountId: 'committed' }, isLater: false }])
  })

  test('is not there when its cause is undone', async () => {
    const undone = withAccount(ACCOUNT, async (tx) => {
      await queueJob(tx, 'erase-account', { accountId: 'undone' })
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    expect(await waiting('undone')).toEqual([])
  })

  test('can wait for its time', async () => {
    await withUser(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId: 'later' }, { runAt: new Date(Date.now() + 3_600_000) }))
    expect(await waiting('later')).toMatchObject([{ isLater: true }])
  })

  test('is as many as there are payloads, in one statement; and none is none', async () => {
    const payloads = Array.from({ length: 500 }, () => ({ accountId: 'many' }))
    await withAccount(ACCOUNT, (tx) => queueJobs(tx, 'erase-account', payloads))
    await withAccount(ACCOUNT, (tx) => queueJobs(tx, 'erase-account', []))
    expect(await waiting('many')).toHaveLength(500)
  })

  test('carries text as it is', async () => {
    const accountId = `'); DROP TABLE users; -- "\\ $1 {} ü 🜁`
    await withAccount(ACCOUNT, (tx) => queueJob(tx, 'erase-account', { accountId }))
    expect(await waiting(accountId)).toMatchObject([{ payload: { accountId } }])
    await registerPerson()
  })
})

describe('the role that serves', () => {
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
  ])('may not %s', async (sql) => {
    await expect(asRuntime(sql)).rejects.toThrow(/permission denied|must be owner/)
  })

  test('may do so through membership of one role, and another role may not at all', async () => {
    await asSuperuser(`DO $$ BEGIN CREATE ROLE stranger; EXCEPTION WHEN duplicate_object THEN NULL; END $$`)
    const [stranger] = await asSuperuser(`SELECT has_schema_privilege('stranger', 'graphile_worker', 'USAGE') AS may`)
    expect(stranger).toEqual({ may: false })
  })
})
