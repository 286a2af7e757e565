import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listInvitations } from '@/lib/invitations/invitations'
import { listMembers } from '@/lib/memberships/list'
import { memberQuerySchema } from '@/lib/memberships/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { ownerScope, unique } from '../../support/people'
import { explain, vacuum, watchStatements } from '../../support/statements'

// A page of members or of invitations must cost the same however many there are.
const MANY = 5_000
const OTHERS = 200 // accounts, of as many members each
const A_PAGE_AND_ONE = 51

const { sent, stop } = watchStatements()
afterAll(stop)

let few: AccountScope
let many: AccountScope

beforeAll(async () => {
  await makeOtherAccounts()
  ;[few, many] = [await ownerScope(), await ownerScope()]
  for (const [scope, count] of [
    [few, 10],
    [many, MANY],
  ] as const) {
    const values = [scope.account.id, unique('crowd'), count]
    await asSuperuser(
      `WITH made AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), $2 || n || '@example.com' FROM generate_series(1, $3::int) n RETURNING id)
       INSERT INTO memberships (account_id, user_id, role, created_at)
       SELECT $1, id, 'MEMBER', now() + row_number() OVER () * interval '1 ms' FROM made`,
      values,
    )
    await asSuperuser(
      `INSERT INTO invitations (account_id, id, email, role, expires_at)
       SELECT $1, gen_random_uuid(), $2 || n || '@example.com', 'MEMBER', now() FROM generate_series(1, $3::int) n`,
      values,
    )
  }
  await vacuum('users', 'memberships', 'invitations')
})

/** With members and invitations, all of them older: among so many the planner no longer knows how large one account is. */
async function makeOtherAccounts() {
  await asSuperuser(
    `WITH made AS (INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), $1 || n, $1 || n, $1 || n FROM generate_series(1, $2::int) n RETURNING id),
     people AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), id || '@example.com' FROM made RETURNING id),
     joined AS (INSERT INTO memberships (account_id, user_id, role, created_at)
       SELECT made.id, people.id, 'MEMBER', now() - interval '1 year' FROM made CROSS JOIN people)
     INSERT INTO invitations (account_id, id, email, role, expires_at)
     SELECT made.id, ('00000000' || substr(gen_random_uuid()::text, 9))::uuid, people.id || '@example.com', 'MEMBER', now()
       FROM made CROSS JOIN people`,
    [unique('other'), OTHERS],
  )
}

async function planOf(scope: AccountScope, ask: () => Promise<unknown>) {
  sent.length = 0
  await ask()
  const [statement] = sent.filter(({ sql }) => / FROM (memberships|invitations) /.test(sql.replace(/\s+/g, ' ')))
  return explain(statement ?? { sql: '', values: [] }, { accountId: scope.account.id }, { run: true })
}

const names = (plan: Awaited<ReturnType<typeof planOf>>) => plan.map((node) => node['Index Name'] ?? node['Node Type'])

describe('a page of members', () => {
  const middle = async () => {
    const [row] = await asSuperuser<{ created_at: Date; user_id: string }>(
      'SELECT created_at, user_id FROM memberships WHERE account_id = $1 ORDER BY created_at, user_id OFFSET 2500 LIMIT 1',
      [many.account.id],
    )
    return memberQuerySchema.parse({ after: `${row?.created_at.getTime()}.${row?.user_id}` })
  }

  test.each(['from its beginning', 'from its middle'])(
    '%s walks the index by time alone, sorts nothing, and stops when full',
    async (where) => {
      const query = where === 'from its beginning' ? { search: '' } : await middle()
      const plan = await planOf(many, () => listMembers(many, query))
      expect(names(plan).filter((name) => !['Result', 'Memoize'].includes(name))).toEqual([
        'Limit',
        'Nested Loop',
        'memberships_by_time_idx',
        'users_pkey',
      ])
      const scan = plan.find((node) => node['Index Name'] === 'memberships_by_time_idx')
      expect(scan).toMatchObject({ 'Node Type': 'Index Only Scan', 'Heap Fetches': 0 })
      expect(scan?.['Actual Rows']).toBeLessThanOrEqual(A_PAGE_AND_ONE)
    },
  )

  test('of ten is read without a sort too', async () => {
    expect(names(await planOf(few, () => listMembers(few, { search: '' })))).not.toContain('Seq Scan')
  })
})

describe('a page of invitations', () => {
  test.each([
    ['from its beginning', undefined],
    ['from its middle', '80000000-0000-4000-8000-000000000000'],
  ])('%s walks the index of those that wait, newest first, and stops when full', async (_, after) => {
    const plan = await planOf(many, () => listInvitations(many, after))
    expect(names(plan)).not.toContain('Sort')
    expect(names(plan)).not.toContain('Seq Scan')
    const scan = plan.find((node) => node['Index Name'] === 'invitations_waiting_idx')
    expect(scan?.['Actual Rows']).toBeLessThanOrEqual(A_PAGE_AND_ONE)
  })
})
