import { beforeAll, expect, test, vi } from 'vitest'
import { log } from '@/lib/platform/log'
import type { AccountScope } from '@/lib/scope'
import { ownerScope } from '../support/people'

// Requests share connections, so a tenant context that outlives its transaction would leak into the next one.

vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '2'
})
const { connectionPool, database, openConnections, withAccount, withUser } = await import('@/lib/platform/db')

const TRANSACTIONS = 200
const CONCURRENCY = 4

let scopes: AccountScope[]
beforeAll(async () => {
  scopes = []
  for (let n = 0; n < 5; n += 1) scopes.push(await ownerScope())
})

type Ending = 'commits' | 'throws' | 'fails in the database' | 'times out'
const ENDINGS: Ending[] = ['commits', 'throws', 'commits', 'fails in the database', 'commits', 'times out']

/** Reads all visible rows in the context of one scope, then ends the transaction in one of several ways. */
async function readRows(n: number): Promise<void> {
  const scope = scopes[n % scopes.length] as AccountScope
  const [open, id] = n % 3 ? ([withAccount, scope.account.id] as const) : ([withUser, scope.user.id] as const)
  let seen: string[] = []
  const reading = open(id, async (tx) => {
    const accounts = await tx.account.findMany({ select: { id: true } })
    const memberships = await tx.membership.findMany({ select: { accountId: true } })
    seen = [...accounts.map((account) => account.id), ...memberships.map(({ accountId }) => accountId)]
    const ending = ENDINGS[n % ENDINGS.length]
    if (ending === 'throws') throw new Error('on purpose')
    if (ending === 'fails in the database') await tx.$queryRaw`SELECT 1 / 0`
    if (ending === 'times out') {
      await tx.$executeRaw`SET LOCAL statement_timeout = 10`
      await tx.$queryRaw`SELECT pg_sleep(1)::text`
    }
  })
  const outcome = await reading.then(
    () => 'commits',
    () => 'fails',
  )
  expect(outcome).toBe(ENDINGS[n % ENDINGS.length] === 'commits' ? 'commits' : 'fails')
  expect(seen).toEqual([scope.account.id, scope.account.id])
}

// ASVS 8.4.1, 15.4.1
test('the pool isolates 200 transactions of five accounts on two connections, even though half of them fail', async () => {
  let next = 0
  const work = async () => {
    while (next < TRANSACTIONS) {
      next += 1
      await readRows(next)
      // without a context, nothing is visible, whichever transaction used the connection before
      expect(await database().$queryRaw`SELECT count(*)::int AS n FROM accounts`).toEqual([{ n: 0 }])
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  expect(next).toBeGreaterThanOrEqual(TRANSACTIONS)
})

test('opening all connections waits for none that a request uses', async () => {
  const warn = vi.spyOn(log(), 'warn')
  const pool = connectionPool()
  const busy = await pool.connect()
  try {
    await openConnections()
    expect(warn).not.toHaveBeenCalled()
    expect([pool.totalCount, pool.idleCount]).toEqual([2, 1])
  } finally {
    busy.release()
  }
})
