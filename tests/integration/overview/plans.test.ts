import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { activityRow, COUNTED_PER_DAY, DAYS_SHOWN, selectActivity, selectDays } from '@/lib/audit/activity'
import { readOverview } from '@/lib/overview/overview'
import { readForAccount } from '@/lib/platform/read'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, unique } from '../../support/people'
import { expectFewRows } from '../../support/statements'

const MANY = 9_000 // 300 a day
const daysRow = z.object({ days: z.array(z.int()) })

let owner: AccountScope
let member: AccountScope
beforeAll(async () => {
  owner = await ownerScope()
  member = await memberScope(owner, 'MEMBER')
  const values = [owner.account.id, MANY]
  // Most events are not for plain members, so the newest ones of a kind are far back.
  await asSuperuser(
    `INSERT INTO audit_events (account_id, id, kind, actor_id, created_at)
     SELECT $1, gen_random_uuid(), CASE WHEN n > $2::int - 20 THEN 'account.renamed' ELSE 'access.denied' END, $3, now() - n * interval '288 s'
       FROM generate_series(1, $2::int) n`,
    [...values, owner.user.id],
  )
  await asSuperuser(
    `WITH made AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), $3 || n || '@example.com' FROM generate_series(1, $2::int) n RETURNING id)
     INSERT INTO memberships (account_id, user_id, role, created_at)
     SELECT $1, id, 'MEMBER', now() + row_number() OVER () * interval '1 ms' FROM made`,
    [...values, unique('crowd')],
  )
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, expires_at, accepted_at)
     SELECT $1, gen_random_uuid(), $3 || n || '@example.com', 'MEMBER', now(), CASE WHEN n % 20 > 0 THEN now() END FROM generate_series(1, $2::int) n`,
    [...values, unique('invited')],
  )
  for (const table of ['audit_events', 'users', 'memberships', 'invitations']) await asSuperuser(`ANALYZE ${table}`)
})

describe.each(['OWNER', 'MEMBER'] as const)('for the role %s in an account of many events, members, and invitations', (role) => {
  const scope = () => (role === 'OWNER' ? owner : member)
  const context = () => ({ accountId: owner.account.id })

  test('the activity reads few rows', async () => {
    await expectFewRows('audit_events', context(), async () => {
      const events = await readForAccount(owner.account.id, activityRow, selectActivity(scope()))
      expect(events).toHaveLength(15)
    })
  })

  const perDay = COUNTED_PER_DAY * (DAYS_SHOWN + 1)
  test(`the counts per day read at most ${COUNTED_PER_DAY} rows a day`, async () => {
    await expectFewRows(
      'audit_events',
      context(),
      async () => {
        const [row] = await readForAccount(owner.account.id, daysRow, selectDays(scope()))
        expect(row?.days[15]).toBe(role === 'OWNER' ? COUNTED_PER_DAY : 0)
      },
      perDay,
    )
  })

  test('the whole overview reads no more than the counts per day', async () => {
    await expectFewRows('audit_events', context(), () => readOverview(scope()), perDay)
  })
})
