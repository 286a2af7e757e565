import { describe, expect, test, vi } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { recordEvent } from '@/lib/audit/audit'
import { SCHEDULE } from '@/lib/jobs/schedule'
import { withUser } from '@/lib/platform/db'
import { startSession } from '@/lib/sessions/sessions'
import { asSuperuser } from '../../support/database'
import { ownerScope, plainUser, REQUEST } from '../../support/people'
import { faultsIn, sealedTrail, sealsOf, writeEvents } from '../../support/trails'

const left = async (trailId: string) => {
  const [row] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM audit_events WHERE trail_id = $1) AS events, (SELECT count(*)::int FROM audit_chain WHERE trail_id = $1) AS seals,
            (SELECT count(*)::int FROM audit_pending WHERE trail_id = $1) AS pending, (SELECT count(*)::int FROM audit_trails WHERE id = $1) AS trails`,
    [trailId],
  )
  return row
}

describe('sealing', () => {
  test('chains the events of a trail in their order, and nothing waits any more', async () => {
    const { account, user } = await sealedTrail()
    const events = await asSuperuser<{ id: string }>('SELECT id FROM audit_events WHERE trail_id = $1 ORDER BY created_at, id', [
      account.id,
    ])
    expect((await sealsOf(account.id)).map(({ position, event }) => [position, event])).toEqual(events.map(({ id }, n) => [n + 1, id]))
    expect(await left(account.id)).toEqual({ events: 5, seals: 5, pending: 0, trails: 1 })
    expect(await left(user.id)).toEqual({ events: 2, seals: 2, pending: 0, trails: 1 })
  })

  test('goes on behind the last seal, also with an event that began earlier and was written later', async () => {
    const { account } = await sealedTrail()
    const before = await sealsOf(account.id)
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, created_at) VALUES ($1, gen_random_uuid(), 'late', now() - interval '1 minute')`,
      [account.id],
    )
    await appendPendingEvents()
    const after = await sealsOf(account.id)
    expect([after.length, after.slice(0, 5)]).toEqual([6, before])
    expect((await faultsIn({ accountId: account.id })).faults).toEqual([])
  })

  test('goes on past a trail that cannot be sealed', async () => {
    const trails = [await sealedTrail(), await sealedTrail()].sort((one, other) => (one.account.id < other.account.id ? -1 : 1))
    const [bad, good] = trails.map(({ account }) => account.id)
    await asSuperuser(
      'INSERT INTO audit_pending (trail_id, event_id) SELECT trail_id, event_id FROM audit_chain WHERE trail_id = $1 LIMIT 1',
      [bad],
    )
    await asSuperuser(`INSERT INTO audit_events (account_id, id, kind) VALUES ($1, gen_random_uuid(), 'x')`, [good])
    try {
      await expect(appendPendingEvents()).rejects.toThrow('1 trails could not be sealed')
      expect(await left(good ?? '')).toMatchObject({ events: 6, seals: 6, pending: 0 })
    } finally {
      await asSuperuser('DELETE FROM audit_pending WHERE trail_id = $1', [bad])
    }
  })

  test('takes a long backlog in batches', async () => {
    const { account } = await ownerScope()
    await asSuperuser(`INSERT INTO audit_events (account_id, id, kind) SELECT $1, gen_random_uuid(), 'x' FROM generate_series(1, 1700)`, [
      account.id,
    ])
    await appendPendingEvents()
    expect(await left(account.id)).toEqual({ events: 1701, seals: 1701, pending: 0, trails: 1 })
    expect(await faultsIn({ accountId: account.id })).toMatchObject({ events: 1701, faults: [] })
  })

  test('by eight at once is as by one', async () => {
    const scopes = [await ownerScope(), await ownerScope(), await ownerScope()]
    for (const scope of scopes) await writeEvents(scope, 10)
    await Promise.all(Array.from({ length: 8 }, appendPendingEvents))
    await appendPendingEvents() // one trail may have been passed by, for another was at it
    for (const { account } of scopes) {
      expect(await left(account.id)).toEqual({ events: 11, seals: 11, pending: 0, trails: 1 })
      expect((await faultsIn({ accountId: account.id })).faults).toEqual([])
    }
  })

  test('is due every minute', () => {
    expect(SCHEDULE).toContainEqual(expect.objectContaining({ task: 'append-to-chain', match: '* * * * *' }))
  })
})

describe('those who write events', () => {
  test('do not wait for each other, in one trail either', async () => {
    const userId = await plainUser()
    const [written, held] = [signal(), signal()]
    const slow = withUser(userId, async (tx) => {
      await recordEvent(tx, { kind: 'session.refused', userId, actorId: null, request: REQUEST })
      written.give()
      await held.given
    })
    await written.given
    await startSession(userId, { remembered: false, request: REQUEST })
    await startSession(userId, { remembered: false, request: REQUEST })
    await appendPendingEvents() // nor does who seals wait for them
    expect(await left(userId)).toMatchObject({ events: 2, seals: 2 })
    held.give()
    await slow
    await appendPendingEvents()
    expect(await left(userId)).toMatchObject({ events: 3, seals: 3, pending: 0 })
    expect((await faultsIn({ userId })).faults).toEqual([])
  })
})

/** Something that one waits for and another gives. */
function signal() {
  const waiting: (() => void)[] = []
  return { given: new Promise<void>((resolve) => void waiting.push(resolve)), give: () => waiting[0]?.() }
}

test('an account and a person take their trail along when they go, sealed or not', async () => {
  const mine = await sealedTrail()
  const theirs = await sealedTrail()
  await writeEvents(mine, 2)
  await startSession(mine.user.id, { remembered: false, request: REQUEST })
  await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '31 days' WHERE id = $1`, [mine.account.id])
  await eraseAccount(mine.account.id)
  expect(await left(mine.account.id)).toEqual({ events: 0, seals: 0, pending: 0, trails: 0 })
  await asSuperuser('DELETE FROM users WHERE id = $1', [mine.user.id])
  expect(await left(mine.user.id)).toEqual({ events: 0, seals: 0, pending: 0, trails: 0 })
  await appendPendingEvents()
  expect(await left(theirs.account.id)).toEqual({ events: 5, seals: 5, pending: 0, trails: 1 })
})

test('an event is of the moment that the database says, whatever the clock of the server', async () => {
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
