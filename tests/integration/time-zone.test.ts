import { beforeAll, describe, expect, test } from 'vitest'
import { Prisma } from '@/lib/generated/prisma/client'
import { listMembers } from '@/lib/memberships/list'
import { memberQuerySchema } from '@/lib/memberships/schema'
import { withAccount } from '@/lib/platform/db'
import { queueJob } from '@/lib/platform/queue'
import type { AccountScope } from '@/lib/scope'
import { asRuntime, asSuperuser } from '../support/database'
import { ownerScope } from '../support/people'

// A database and its roles may have any time zone. It must not change the times that are stored and read.

const TIME = new Date('2026-03-29T01:30:00.123Z') // an hour that daylight saving time skips in some zones
const SECONDS = TIME.getTime() / 1000

await asSuperuser(`DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Tokyo');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET timezone = %L', '${new URL(process.env.DATABASE_URL ?? '').username}', current_database(), 'America/New_York');
END $$`)

let owner: AccountScope
beforeAll(async () => {
  owner = await ownerScope()
})

test('the runtime role has a time zone other than UTC', async () => {
  expect(await asRuntime('SHOW timezone')).toEqual([{ TimeZone: 'America/New_York' }])
})

describe('a time', () => {
  // ASVS 16.2.2
  test('is stored unchanged by create, createMany, and raw SQL', async () => {
    const { id: accountId } = owner.account
    const invitation = (email: string) => ({ accountId, email, role: 'MEMBER' as const, expiresAt: TIME, sentAt: TIME })
    await withAccount(accountId, async (tx) => {
      await tx.invitation.create({ data: invitation('one@example.com') })
      await tx.invitation.createMany({ data: [invitation('two@example.com'), invitation('three@example.com')] })
      await tx.$executeRaw`INSERT INTO invitations (account_id, id, email, role, expires_at, sent_at) VALUES (${accountId}::uuid, gen_random_uuid(), 'four@example.com', 'MEMBER', ${TIME}, ${TIME})`
    })
    const stored = await asSuperuser(
      'SELECT extract(epoch FROM expires_at)::float AS ends, extract(epoch FROM sent_at)::float AS sent FROM invitations WHERE account_id = $1',
      [accountId],
    )
    expect(stored).toEqual(Array.from({ length: 4 }, () => ({ ends: SECONDS, sent: SECONDS })))
  })

  test('from the database is the current time in queries, raw SQL, and joins', async () => {
    const { id: accountId } = owner.account
    const [made, raw, joined] = await withAccount(accountId, async (tx) => [
      (await tx.account.findFirstOrThrow({ where: { id: accountId } })).createdAt,
      (await tx.$queryRaw<{ at: Date }[]>`SELECT now() AS at`)[0]?.at,
      (await listMembers(owner, memberQuerySchema.parse({})))?.members[0]?.since,
    ])
    for (const at of [made, raw, joined]) expect(Math.abs(Number(at) - Date.now())).toBeLessThan(60_000)
  })

  test('set by a column default is the current time', async () => {
    const { id: accountId } = owner.account
    await withAccount(accountId, (tx) =>
      tx.invitation.create({ data: { accountId, email: 'five@example.com', role: 'MEMBER', expiresAt: TIME } }),
    )
    const stored = await asSuperuser(
      `SELECT created_at BETWEEN now() - interval '1 min' AND now() + interval '1 s' AS "isNow" FROM invitations WHERE email = 'five@example.com'`,
    )
    expect(stored).toEqual([{ isNow: true }])
  })

  test('is compared correctly in SQL', async () => {
    const found = await withAccount(
      owner.account.id,
      (tx) =>
        tx.$queryRaw`SELECT ${TIME}::timestamptz = '2026-03-29T01:30:00.123Z'::timestamptz AS same, ${Prisma.sql`${new Date()}`}::timestamptz > now() - interval '1 min' AS later`,
    )
    expect(found).toEqual([{ same: true, later: true }])
  })
})

test('a job is scheduled at its runAt', async () => {
  const runAt = new Date(Date.now() + 90_000)
  await withAccount(owner.account.id, (tx) => queueJob(tx, 'erase-account', { accountId: owner.account.id }, { runAt }))
  const [job] = await asSuperuser<{ at: number }>(
    `SELECT round(extract(epoch FROM run_at) * 1000)::float AS at FROM graphile_worker._private_jobs WHERE payload->>'accountId' = $1`,
    [owner.account.id],
  )
  expect(job?.at).toBe(runAt.getTime())
})
