import { describe, expect, test, vi } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { recordEvent } from '@/lib/audit/audit'
import { SCHEDULE } from '@/lib/jobs/schedule'
import { withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { startSession } from '@/lib/sessions/sessions'
import { asSuperuser } from '../../support/database'
import { createUser, ownerScope, REQUEST } from '../../support/people'
import { chainedTrail, chainOf, faultsIn, writeEvents } from '../../support/trails'

const left = async (trailId: string) => {
  const [row] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM audit_events WHERE trail_id = $1) AS events, (SELECT count(*)::int FROM audit_chain WHERE trail_id = $1) AS entries,
            (SELECT count(*)::int FROM audit_pending WHERE trail_id = $1) AS pending, (SELECT count(*)::int FROM audit_trails WHERE id = $1) AS trails`,
    [trailId],
  )
  return row
}

describe('appendPendingEvents', () => {
  test('appends the events of a trail in order, and leaves none pending', async () => {
    const { account, user } = await chainedTrail()
    const events = await asSuperuser<{ id: string }>('SELECT id FROM audit_events WHERE trail_id = $1 ORDER BY created_at, id', [
      account.id,
    ])
    expect((await chainOf(account.id)).map(({ position, event }) => [position, event])).toEqual(events.map(({ id }, n) => [n + 1, id]))
    expect(await left(account.id)).toEqual({ events: 5, entries: 5, pending: 0, trails: 1 })
    expect(await left(user.id)).toEqual({ events: 2, entries: 2, pending: 0, trails: 1 })
  })

  test('appends after the last entry, even an event that is older and was committed later', async () => {
    const { account } = await chainedTrail()
    const before = await chainOf(account.id)
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, created_at) VALUES ($1, gen_random_uuid(), 'late', now() - interval '1 minute')`,
      [account.id],
    )
    await appendPendingEvents()
    const after = await chainOf(account.id)
    expect([after.length, after.slice(0, 5)]).toEqual([6, before])
    expect((await faultsIn({ accountId: account.id })).faults).toEqual([])
  })

  test('continues after a trail that fails', async () => {
    const trails = [await chainedTrail(), await chainedTrail()].sort((one, other) => (one.account.id < other.account.id ? -1 : 1))
    const [bad, good] = trails.map(({ account }) => account.id)
    await asSuperuser(
      'INSERT INTO audit_pending (trail_id, event_id) SELECT trail_id, event_id FROM audit_chain WHERE trail_id = $1 LIMIT 1',
      [bad],
    )
    await asSuperuser(`INSERT INTO audit_events (account_id, id, kind) VALUES ($1, gen_random_uuid(), 'x')`, [good])
    try {
      await expect(appendPendingEvents()).rejects.toThrow('Could not append to the chain of 1 audit trails')
      expect(await left(good ?? '')).toMatchObject({ events: 6, entries: 6, pending: 0 })
    } finally {
      await asSuperuser('DELETE FROM audit_pending WHERE trail_id = $1', [bad])
    }
  })

  test('splits a long backlog into batches', async () => {
    const { account } = await ownerScope()
    await asSuperuser(`INSERT INTO audit_events (account_id, id, kind) SELECT $1, gen_random_uuid(), 'x' FROM generate_series(1, 1700)`, [
      account.id,
    ])
    await appendPendingEvents()
    expect(await left(account.id)).toEqual({ events: 1701, entries: 1701, pending: 0, trails: 1 })
    expect(await faultsIn({ accountId: account.id })).toMatchObject({ events: 1701, faults: [] })
  })

  test('has the same result in eight parallel runs', async () => {
    const scopes = [await ownerScope(), await ownerScope(), await ownerScope()]
    for (const scope of scopes) await writeEvents(scope, 10)
    await Promise.all(Array.from({ length: 8 }, appendPendingEvents))
    await appendPendingEvents() // a trail that was locked may have been skipped
    for (const { account } of scopes) {
      expect(await left(account.id)).toEqual({ events: 11, entries: 11, pending: 0, trails: 1 })
      expect((await faultsIn({ accountId: account.id })).faults).toEqual([])
    }
  })

  test('runs while requests use all their connections', async () => {
    const { account, user } = await ownerScope()
    const [started, release] = [signal(), signal()]
    let open = 0
    const requests = Array.from({ length: env().DATABASE_POOL_SIZE }, () =>
      withUser(user.id, async () => {
        open += 1
        if (open === env().DATABASE_POOL_SIZE) started.give()
        await release.given
      }),
    )
    await started.given
    await appendPendingEvents().finally(release.give)
    await Promise.all(requests)
    expect(await left(account.id)).toMatchObject({ pending: 0 })
  })

  test('runs every minute', () => {
    expect(SCHEDULE).toContainEqual(expect.objectContaining({ task: 'append-to-chain', match: '* * * * *' }))
  })
})

describe('recordEvent', () => {
  test('does not wait for other transactions on the same trail', async () => {
    const userId = await createUser()
    const [written, release] = [signal(), signal()]
    const slow = withUser(userId, async (tx) => {
      await recordEvent(tx, { kind: 'session.refused', userId, actorId: null, request: REQUEST })
      written.give()
      await release.given
    })
    await written.given
    await startSession(userId, { remembered: false, request: REQUEST })
    await startSession(userId, { remembered: false, request: REQUEST })
    await appendPendingEvents() // appending does not wait for them either
    expect(await left(userId)).toMatchObject({ events: 2, entries: 2 })
    release.give()
    await slow
    await appendPendingEvents()
    expect(await left(userId)).toMatchObject({ events: 3, entries: 3, pending: 0 })
    expect((await faultsIn({ userId })).faults).toEqual([])
  })
})

/** A promise, and the function that resolves it. */
function signal() {
  const waiting: (() => void)[] = []
  return { given: new Promise<void>((resolve) => void waiting.push(resolve)), give: () => waiting[0]?.() }
}

test('keeps the trail of an erased account, and completes its chain; erases a deleted user’s trail', async () => {
  const mine = await chainedTrail()
  const theirs = await chainedTrail()
  await writeEvents(mine, 2)
  await startSession(mine.user.id, { remembered: false, request: REQUEST })
  await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '31 days' WHERE id = $1`, [mine.account.id])
  await eraseAccount(mine.account.id)
  expect(await left(mine.account.id)).toEqual({ events: 7, entries: 5, pending: 2, trails: 1 })
  await asSuperuser('DELETE FROM users WHERE id = $1', [mine.user.id])
  expect(await left(mine.user.id)).toEqual({ events: 0, entries: 0, pending: 0, trails: 0 })
  await appendPendingEvents()
  expect(await left(mine.account.id)).toEqual({ events: 7, entries: 7, pending: 0, trails: 1 })
  expect(await faultsIn({ accountId: mine.account.id })).toMatchObject({ events: 7, faults: [] })
  expect(await left(theirs.account.id)).toEqual({ events: 5, entries: 5, pending: 0, trails: 1 })
})

// ASVS 16.2.2
test("dates events by the database's clock", async () => {
  const scope = await ownerScope()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10 * 60_000 })
  try {
    await writeEvents(scope, 1)
  } finally {
    vi.useRealTimers()
  }
  const [event] = await asSuperuser<{ isNow: boolean }>(
    `SELECT abs(extract(epoch FROM now() - created_at)) < 30 AS "isNow" FROM audit_events WHERE trail_id = $1 AND kind = 'account.renamed'`,
    [scope.account.id],
  )
  expect(event).toEqual({ isNow: true })
})
