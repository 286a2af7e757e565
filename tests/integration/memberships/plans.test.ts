import { beforeAll, describe, expect, test } from 'vitest'
import { listInvitations } from '@/lib/invitations/invitations'
import { listMembers } from '@/lib/memberships/list'
import { changeRole } from '@/lib/memberships/memberships'
import { memberQuerySchema } from '@/lib/memberships/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST, unique } from '../../support/people'
import { expectFewRows } from '../../support/statements'

const MANY = 5_000
const OTHER_ACCOUNTS = 200

let scope: AccountScope
beforeAll(async () => {
  await createOtherAccounts()
  scope = await ownerScope()
  const values = [scope.account.id, unique('crowd'), MANY]
  await asSuperuser(
    `WITH made AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), $2 || n || '@example.com' FROM generate_series(1, $3::int) n RETURNING id)
     INSERT INTO memberships (account_id, user_id, role, created_at)
     SELECT $1, id, 'MEMBER', now() + row_number() OVER () * interval '1 ms' FROM made`,
    values,
  )
  // one invitation in twenty is pending
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, expires_at, accepted_at)
     SELECT $1, gen_random_uuid(), $2 || n || '@example.com', 'MEMBER', now(), CASE WHEN n % 20 > 0 THEN now() END FROM generate_series(1, $3::int) n`,
    values,
  )
  // Reading all of a small table is cheaper than looking 50 users up, so there are more of them.
  await asSuperuser(
    `INSERT INTO users (id, email) SELECT gen_random_uuid(), 'u' || n || '@elsewhere.example' FROM generate_series(1, 20000) n`,
  )
  for (const table of ['users', 'memberships', 'invitations']) await asSuperuser(`ANALYZE ${table}`)
})

/** Small accounts with older members and invitations: by their average, the planner underestimates the large account. */
async function createOtherAccounts() {
  await asSuperuser(
    `WITH made AS (INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), $1 || n, $1 || n, $1 || n FROM generate_series(1, $2::int) n RETURNING id),
     people AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), id || '@example.com' FROM made RETURNING id),
     joined AS (INSERT INTO memberships (account_id, user_id, role, created_at)
       SELECT made.id, people.id, 'MEMBER', now() - interval '1 year' FROM made CROSS JOIN people)
     INSERT INTO invitations (account_id, id, email, role, expires_at)
     SELECT made.id, ('00000000' || substr(gen_random_uuid()::text, 9))::uuid, people.id || '@example.com', 'MEMBER', now()
       FROM made CROSS JOIN people`,
    [unique('other'), OTHER_ACCOUNTS],
  )
}

describe('in an account of many members', () => {
  test('the first page of members reads few rows', async () => {
    await expectFewRows('memberships', { accountId: scope.account.id }, () => listMembers(scope, memberQuerySchema.parse({})))
  })

  test('a later page of members reads few rows', async () => {
    const [row] = await asSuperuser<{ created_at: Date; user_id: string }>(
      'SELECT created_at, user_id FROM memberships WHERE account_id = $1 ORDER BY created_at, user_id OFFSET 2500 LIMIT 1',
      [scope.account.id],
    )
    const query = memberQuerySchema.parse({ after: `${row?.created_at.getTime()}.${row?.user_id}` })
    await expectFewRows('memberships', { accountId: scope.account.id }, () => listMembers(scope, query))
  })

  // Fewer rows than the account has members: a plan that sorts them fails.
  test.each([{ sort: 'name' }, { role: 'member', sort: 'name' }, { role: 'owner' }, { role: 'owner', sort: 'name' }])(
    'pages of members with %o read few rows',
    async (query) => {
      const read = (after?: string) => listMembers(scope, memberQuerySchema.parse({ ...query, after }))
      let next: string | undefined
      await expectFewRows('memberships', { accountId: scope.account.id }, async () => {
        next = (await read())?.next
      })
      if (next) await expectFewRows('memberships', { accountId: scope.account.id }, () => read(next))
    },
  )

  test('looking for another owner reads few rows', async () => {
    const other = await memberScope(scope, 'OWNER')
    await expectFewRows('memberships', { accountId: scope.account.id }, async () => {
      expect(await changeRole(scope, { userId: other.user.id, role: 'ADMIN' }, REQUEST)).toMatchObject({ status: 'ok' })
    })
  })

  test.each([undefined, '80000000-0000-4000-8000-000000000000'])('a page of pending invitations after %s reads few rows', async (after) => {
    await expectFewRows('invitations', { accountId: scope.account.id }, () => listInvitations(scope, after))
  })
})
