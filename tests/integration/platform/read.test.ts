import { beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import type { AccountScope } from '@/lib/scope'
import { ownerScope } from '../../support/people'
import { statementsOf } from '../../support/statements'

// Reads share connections, so a tenant context that outlives its statement would leak into the next read.

vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '2'
  process.env.TZ = 'Asia/Tokyo'
})
const { readForAccount, readForUser, readWithoutContext } = await import('@/lib/platform/read')

const READS = 300
const CONCURRENCY = 6

let scopes: AccountScope[]
beforeAll(async () => {
  scopes = []
  for (let n = 0; n < 5; n += 1) scopes.push(await ownerScope())
})

const idRow = z.object({ id: z.string() })
const VISIBLE = Prisma.sql`SELECT id FROM accounts UNION ALL SELECT account_id FROM memberships`
const FAILING = Prisma.sql`SELECT (1 / (count(*) - count(*)))::text AS id FROM accounts`
const CANCELED = Prisma.sql`SELECT id FROM accounts, (SELECT pg_sleep(0.02), pg_cancel_backend(pg_backend_pid()), pg_sleep(1)) AS canceled`

/** Reads in the context of a user or of an account. */
function readIn(scope: AccountScope, n: number, query: Prisma.Sql) {
  return n % 2 ? readForAccount(scope.account.id, idRow, query) : readForUser(scope.user.id, idRow, query)
}

describe('a read', () => {
  // ASVS 8.4.1
  test('in the context of a user or an account sees its rows and no others', async () => {
    const [scope] = scopes as [AccountScope]
    for (const n of [0, 1]) expect(await readIn(scope, n, VISIBLE)).toEqual([{ id: scope.account.id }, { id: scope.account.id }])
    expect(await readForUser(scope.account.id, idRow, VISIBLE)).toEqual([])
    expect(await readForAccount(scope.user.id, idRow, VISIBLE)).toEqual([])
  })

  test('returns BIGINT as a bigint, and DATE as midnight UTC in any time zone of the server', async () => {
    const row = z.object({ amount: z.bigint().nullable(), day: z.date() })
    const query = Prisma.sql`SELECT 9007199254740993::bigint AS amount, '2027-01-01'::date AS day UNION ALL SELECT NULL, '2027-01-02'`
    expect(await readWithoutContext(row, query)).toEqual([
      { amount: 9007199254740993n, day: new Date('2027-01-01T00:00:00Z') },
      { amount: null, day: new Date('2027-01-02T00:00:00Z') },
    ])
  })

  test('without a context sees no row of a tenant table', async () => {
    expect(await readWithoutContext(idRow, VISIBLE)).toEqual([])
  })

  // ASVS 8.4.1, 15.4.1
  test('leaves no context to the next one, whether it succeeds, fails, or is canceled', async () => {
    let next = 0
    const work = async () => {
      while (next < READS) {
        next += 1
        const n = next
        const scope = scopes[n % scopes.length] as AccountScope
        if (n % 5 === 0) await expect(readIn(scope, n, FAILING)).rejects.toThrow('division by zero')
        else if (n % 20 === 1) await expect(readIn(scope, n, CANCELED)).rejects.toSatisfy(isDatabaseUnavailable)
        else expect(await readIn(scope, n, VISIBLE)).toEqual([{ id: scope.account.id }, { id: scope.account.id }])
        expect(await readWithoutContext(idRow, VISIBLE)).toEqual([])
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
  })

  test('cannot write', async () => {
    const [{ account }] = scopes as [AccountScope]
    const writing = readForAccount(account.id, idRow, Prisma.sql`UPDATE accounts SET name = 'x' RETURNING id`)
    await expect(writing).rejects.toThrow('read-only transaction')
  })

  test('sends two statements, and one without a context', async () => {
    const [{ user }] = scopes as [AccountScope]
    expect(await statementsOf(() => readForUser(user.id, idRow, VISIBLE))).toHaveLength(2)
    expect(await statementsOf(() => readWithoutContext(idRow, VISIBLE))).toHaveLength(1)
  })

  test('rejects a row that does not match its schema, and a second statement', async () => {
    const [{ user }] = scopes as [AccountScope]
    await expect(readForUser(user.id, z.object({ id: z.int() }), VISIBLE)).rejects.toThrow(z.ZodError)
    await expect(readForUser(user.id, idRow, Prisma.sql`SELECT 1; SELECT 2`)).rejects.toThrow('multiple commands')
  })

  test('returns dates, JSON, bytes, and nulls as values', async () => {
    const row = z.object({ at: z.date(), list: z.array(z.int()), bytes: z.instanceof(Uint8Array), none: z.null() })
    const at = new Date('2026-11-27T05:00:00.123Z')
    const query = Prisma.sql`SELECT ${at}::timestamptz AS at, ${[1, 2]}::int[] AS list, ${new Uint8Array([1, 2])}::bytea AS bytes, ${null}::text AS none`
    const [found] = await readWithoutContext(row, query)
    expect(found).toEqual({ at, list: [1, 2], bytes: Buffer.from([1, 2]), none: null })
  })
})
