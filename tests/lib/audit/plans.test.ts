import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listEvents } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope } from '../../support/people'
import { explain, vacuum, watchStatements } from '../../support/statements'

// A page of a trail must cost the same however long the trail is: each filter walks one index and stops.
const MANY = 20_000
const A_PAGE_AND_ONE = 51
/** Blocks of 8 KB: a row of each of 51 events, who did it and whether they belong here, and the ways down the indexes. */
const BLOCKS_A_PAGE = 500

const { sent, stop } = watchStatements()
afterAll(stop)

let owner: AccountScope
let admin: AccountScope
beforeAll(async () => {
  owner = await ownerScope()
  admin = await memberScope(owner, 'ADMIN')
  const other = await ownerScope()
  for (const { account } of [owner, other]) {
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, actor_id, created_at)
       SELECT $1, gen_random_uuid(), CASE WHEN n % 100 = 0 THEN 'account.renamed' ELSE 'project.created' END,
              CASE WHEN n % 50 = 0 THEN $2::uuid ELSE $3::uuid END, timestamptz '2026-01-01' + n * interval '1 minute'
         FROM generate_series(1, $4::int) n`,
      [account.id, admin.user.id, owner.user.id, MANY],
    )
  }
  await vacuum('users', 'memberships', 'audit_events')
})

const MIDDLE = `${new Date('2026-01-07T12:00:00Z').getTime()}.80000000-0000-4000-8000-000000000000`

const WAYS: [string, Record<string, string>, string | RegExp][] = [
  ['all of it', {}, 'audit_events_by_time_idx'],
  ['one kind that is rare', { kind: 'account.renamed' }, 'audit_events_by_kind_idx'],
  ['one kind that is common', { kind: 'project.created' }, /audit_events_by_(kind|time)_idx/],
  ['one person who does little', { person: 'ADMIN' }, 'audit_events_by_actor_idx'],
  ['one person who does most', { person: 'OWNER' }, /audit_events_by_(actor|time)_idx/],
  ['some days', { from: '2026-01-03', to: '2026-01-08' }, 'audit_events_by_time_idx'],
  ['one kind in some days', { kind: 'account.renamed', from: '2026-01-03', to: '2026-01-08' }, 'audit_events_by_kind_idx'],
  ['one person in some days', { person: 'ADMIN', from: '2026-01-03', to: '2026-01-08' }, 'audit_events_by_actor_idx'],
]

describe.each(WAYS)('a page of %s', (_, address, index) => {
  test.each([
    ['from its beginning', {}],
    ['from its middle', { after: MIDDLE }],
  ])('%s walks one index, sorts no trail, and stops when it is full', async (__, more) => {
    sent.length = 0
    const person = address.person && { ADMIN: admin, OWNER: owner }[address.person]?.user.email
    const page = await listEvents(owner, auditQuerySchema.parse({ ...address, ...(person ? { person } : {}), ...more }))
    expect(page?.events.length).toBeGreaterThan(10)
    const [statement] = sent.filter(({ sql }) => sql.includes('FROM audit_events'))
    const plan = await explain(statement ?? { sql: '', values: [] }, { accountId: owner.account.id }, { run: true })
    const walks = plan.filter((node) => node['Index Name']?.startsWith('audit_events'))
    expect(walks.map((node) => node['Node Type'])).toEqual(['Index Scan'])
    expect(walks[0]?.['Index Name']).toMatch(index)
    expect(walks[0]?.['Actual Rows']).toBeLessThanOrEqual(A_PAGE_AND_ONE)
    expect(plan.filter((node) => node['Node Type'] === 'Seq Scan').every((node) => (node['Actual Rows'] ?? 0) < A_PAGE_AND_ONE)).toBe(true)
    expect(plan[0]?.['Shared Hit Blocks']).toBeLessThan(BLOCKS_A_PAGE)
  })
})
