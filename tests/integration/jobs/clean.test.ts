import { createHash, randomUUID } from 'node:crypto'
import { parseCronItems } from 'graphile-worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteAccount } from '@/lib/accounts/deletion'
import { clean } from '@/lib/jobs/clean'
import { SCHEDULE } from '@/lib/jobs/schedule'
import { TASKS } from '@/lib/jobs/tasks'
import { startWorker, type Worker } from '@/lib/jobs/worker'
import { withUser } from '@/lib/platform/db'
import { queueJob } from '@/lib/platform/queue'
import { startSession } from '@/lib/sessions/sessions'
import { issueTokens } from '@/lib/tokens/tokens'
import { asRuntime, asSuperuser, NOW } from '../../support/database'
import { expireInvitation, invite } from '../../support/invitations'
import { createUser, ownerScope, REQUEST, unique } from '../../support/people'

const exists = async (table: string, where: string, value: unknown) =>
  (await asSuperuser(`SELECT FROM ${table} WHERE ${where} = $1`, [value])).length === 1
const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

/** A deleted account, and one that is not. */
async function deleted() {
  const [scope, other] = [await ownerScope(), await ownerScope()]
  expect(await deleteAccount(scope, { confirmation: scope.account.name }, REQUEST)).toMatchObject({ status: 'ok' })
  return { scope, other }
}

describe('clean', () => {
  // ASVS 14.2.7
  test.each([
    ['idle_expires_at', '0 s', false],
    ['idle_expires_at', '5 s', true],
    ['expires_at', '0 s', false],
    ['expires_at', '5 s', true],
  ])('keeps a session whose %s is in %s: %s', async (column, left, isKept) => {
    const id = await startSession(await createUser(), { remembered: false, request: REQUEST })
    await asSuperuser(`UPDATE sessions SET ${column} = ${NOW} + $2::interval WHERE id_hash = $1`, [hashOf(id), left])
    await clean()
    expect(await exists('sessions', 'id_hash', hashOf(id))).toBe(isKept)
  })

  // ASVS 14.2.7
  test.each([
    ['0 s', false],
    ['5 s', true],
  ])('keeps a token that expires in %s: %s', async (left, isKept) => {
    const userId = await createUser()
    const [token = ''] = await withUser(userId, (tx) => issueTokens(tx, 'password-reset', 1000, [{ email: 'x@example.com', userId }]))
    await asSuperuser(`UPDATE tokens SET sent_at = now(), expires_at = ${NOW} + $2::interval WHERE hash = $1`, [hashOf(token), left])
    await clean()
    expect(await exists('tokens', 'hash', hashOf(token))).toBe(isKept)
  })

  test.each([
    ['5 days', false],
    ['4 days', true],
  ])('keeps an expired token whose email has waited in the queue for %s: %s', async (age, isKept) => {
    const userId = await createUser()
    const [token = ''] = await withUser(userId, (tx) => issueTokens(tx, 'password-reset', 1000, [{ email: 'x@example.com', userId }]))
    await asSuperuser(`UPDATE tokens SET created_at = ${NOW} - $2::interval, expires_at = ${NOW} - interval '1 hour' WHERE hash = $1`, [
      hashOf(token),
      age,
    ])
    await clean()
    expect(await exists('tokens', 'hash', hashOf(token))).toBe(isKept)
  })

  test.each([
    ['-30 days', false],
    ['-29 days -23:59:55', true],
    ['1 day', true],
  ])('keeps a pending invitation that expires in %s: %s', async (left, isKept) => {
    const { id } = await invite(await ownerScope())
    await expireInvitation(id, left)
    await clean()
    expect(await exists('invitations', 'id', id)).toBe(isKept)
  })

  test('erases the token of an invitation together with it', async () => {
    const { id, token } = await invite(await ownerScope())
    await expireInvitation(id, '-30 days')
    await clean()
    expect(await exists('tokens', 'hash', hashOf(token))).toBe(false)
  })

  test('keeps invitations that were accepted or revoked long ago', async () => {
    const scope = await ownerScope()
    for (const column of ['accepted_at', 'revoked_at']) {
      const [over, old] = [await invite(scope), await invite(scope)]
      await asSuperuser(`UPDATE invitations SET ${column} = now(), expires_at = now() - interval '90 days' WHERE id = $1`, [over.id])
      await asSuperuser(`UPDATE invitations SET expires_at = now() - interval '90 days' WHERE id = $1`, [old.id])
      await asSuperuser(`UPDATE tokens SET expires_at = now() - interval '90 days' WHERE account_id = $1`, [scope.account.id])
      await clean()
      expect([await exists('invitations', 'id', over.id), await exists('invitations', 'id', old.id)]).toEqual([true, false])
    }
  })

  // ASVS 14.2.7
  test.each([
    ['30 days', false],
    ['29 days 23:59:55', true],
    [null, true],
  ])('keeps an account that was deleted %s ago, whatever the time of its job: %s', async (age, isKept) => {
    const { scope, other } = await deleted()
    await asSuperuser(`UPDATE accounts SET deleted_at = ${NOW} - $2::interval WHERE id = $1`, [scope.account.id, age])
    await clean()
    expect([await exists('accounts', 'id', scope.account.id), await exists('accounts', 'id', other.account.id)]).toEqual([isKept, true])
  })

  // ASVS 14.2.4, 16.4.2
  test.each([
    ['365 days', false],
    ['364 days 23:59:55', true],
  ])('keeps the trail of an account that was erased %s ago: %s', async (age, isKept) => {
    const [erased, other] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '400 days' WHERE id = $1`, [erased.account.id])
    await clean()
    expect(await exists('audit_events', 'trail_id', erased.account.id)).toBe(true)
    await asSuperuser(`UPDATE audit_trails SET retained_since = ${NOW} - $2::interval WHERE id = $1`, [erased.account.id, age])
    await clean()
    for (const [table, column] of [
      ['audit_trails', 'id'],
      ['audit_events', 'trail_id'],
      ['audit_pending', 'trail_id'],
    ] as const)
      expect(await exists(table, column, erased.account.id), table).toBe(isKept)
    expect(await exists('audit_events', 'trail_id', other.account.id)).toBe(true)
  })

  test('erases no trail within 30 days of its account, whatever the server asks for', async () => {
    const { account } = await ownerScope()
    await asSuperuser('DELETE FROM accounts WHERE id = $1', [account.id])
    await asSuperuser(`UPDATE audit_trails SET retained_since = now() - interval '29 days' WHERE id = $1`, [account.id])
    await asRuntime(`SELECT erase_retained_trails('-1 day')`)
    expect(await exists('audit_trails', 'id', account.id)).toBe(true)
  })

  test('erases the other accounts when one cannot be erased', async () => {
    const [stuck, due] = [(await deleted()).scope.account.id, (await deleted()).scope.account.id]
    await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '31 days' WHERE id = ANY ($1)`, [[stuck, due]])
    await asSuperuser('CREATE TABLE holds (account_id uuid REFERENCES accounts)')
    await asSuperuser('INSERT INTO holds VALUES ($1)', [stuck])
    try {
      await expect(clean()).rejects.toThrow('Not erased')
      expect([await exists('accounts', 'id', stuck), await exists('accounts', 'id', due)]).toEqual([true, false])
    } finally {
      await asSuperuser('DROP TABLE holds')
    }
  })

  test('can run twice, even at the same time', async () => {
    await Promise.all([clean(), clean()])
    await clean()
  })
})

// ASVS 16.5.4
test('clean runs its other steps when one fails', async () => {
  const id = await startSession(await createUser(), { remembered: false, request: REQUEST })
  await asSuperuser(`UPDATE sessions SET expires_at = ${NOW} WHERE id_hash = $1`, [hashOf(id)])
  await asSuperuser('ALTER TABLE tokens RENAME TO tokens_away')
  try {
    await expect(clean()).rejects.toThrow('tokens')
    expect(await exists('sessions', 'id_hash', hashOf(id))).toBe(false)
    await asSuperuser(`INSERT INTO limits (key, points, expire) VALUES ('stale', 1, 0)`)
    await expect(clean()).rejects.toThrow('tokens')
    expect(await exists('limits', 'key', 'stale')).toBe(false)
  } finally {
    await asSuperuser('ALTER TABLE tokens_away RENAME TO tokens')
  }
})

test('clean restarts an erasure that failed for good, and leaves a scheduled one alone', async () => {
  const [late, early] = [randomUUID(), randomUUID()]
  const runAt = new Date(Date.now() + 86_400_000)
  for (const accountId of [late, early]) await withUser(await createUser(), (tx) => queueJob(tx, 'erase-account', { accountId }, { runAt }))
  await asSuperuser(`UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE payload->>'accountId' = $1`, [late])
  await clean()
  const jobs = await asSuperuser(
    `SELECT payload->>'accountId' AS id, attempts, run_at > now() AS later FROM graphile_worker._private_jobs WHERE payload->>'accountId' = ANY ($1) ORDER BY later`,
    [[late, early]],
  )
  expect(jobs).toEqual([
    { id: late, attempts: 0, later: false },
    { id: early, attempts: 0, later: true },
  ])
})

describe('the schedule', () => {
  let worker: Worker
  beforeAll(() => {
    worker = startWorker()
  })
  afterAll(() => worker.stop())

  test('names only existing tasks, in a form that graphile-worker accepts', () => {
    expect(parseCronItems(SCHEDULE)).toHaveLength(SCHEDULE.length)
    expect(SCHEDULE.filter(({ task }) => !(task in TASKS))).toEqual([])
  })

  test('is registered by the worker, which runs its jobs', async () => {
    const known = () => asSuperuser('SELECT identifier FROM graphile_worker._private_known_crontabs')
    await expect.poll(known, { timeout: 10_000 }).toContainEqual({ identifier: 'clean' })
    const id = await startSession(await createUser(`${unique('gone')}@example.com`), { remembered: false, request: REQUEST })
    await asSuperuser(`UPDATE sessions SET expires_at = ${NOW} WHERE id_hash = $1`, [hashOf(id)])
    await asSuperuser(`SELECT graphile_worker.add_job('clean')`) // as the schedule does
    await expect.poll(() => exists('sessions', 'id_hash', hashOf(id)), { timeout: 10_000 }).toBe(false)
  })
})
