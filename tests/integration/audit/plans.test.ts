import { beforeAll, describe, expect, test } from 'vitest'
import { listEvents } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope } from '../../support/people'
import { expectFewRows } from '../../support/statements'

const MANY = 5_000
const LATER_PAGE = { after: `${new Date('2026-01-07T12:00:00Z').getTime()}.80000000-0000-4000-8000-000000000000` }
const SOME_DAYS = { from: '2026-01-02', to: '2026-01-03' }

let owner: AccountScope
let admin: AccountScope
beforeAll(async () => {
  owner = await ownerScope()
  admin = await memberScope(owner, 'ADMIN')
  // one event per minute; one in a hundred has a rare kind, and one in fifty is by the admin
  await asSuperuser(
    `INSERT INTO audit_events (account_id, id, kind, actor_id, created_at)
     SELECT $1, gen_random_uuid(), CASE WHEN n % 100 = 0 THEN 'account.renamed' ELSE 'invitation.sent' END,
            CASE WHEN n % 50 = 0 THEN $2::uuid ELSE $3::uuid END, timestamptz '2026-01-01' + n * interval '1 minute'
       FROM generate_series(1, $4::int) n`,
    [owner.account.id, admin.user.id, owner.user.id, MANY],
  )
  await asSuperuser('ANALYZE audit_events')
})

describe('a page of a long audit trail reads few rows', () => {
  test.each<Record<string, string>>([
    {},
    LATER_PAGE,
    SOME_DAYS,
    { kind: 'account.renamed' },
    { kind: 'account.renamed', ...LATER_PAGE },
    { kind: 'account.renamed', ...SOME_DAYS },
    { kind: 'invitation.sent' },
    { person: 'ADMIN' },
    { person: 'ADMIN', ...SOME_DAYS },
    { person: 'OWNER' },
  ])('%o', async ({ person, ...query }) => {
    const email = person && { ADMIN: admin, OWNER: owner }[person]?.user.email
    await expectFewRows('audit_events', { accountId: owner.account.id }, async () => {
      const page = await listEvents(owner, auditQuerySchema.parse({ ...query, ...(email ? { person: email } : {}) }))
      expect(page?.events.length).toBeGreaterThan(10)
    })
  })
})
