import { expect, test } from 'vitest'
import { readHome } from '@/lib/accounts/home'
import { listSwitcherAccounts } from '@/lib/accounts/list'
import type { UserScope } from '@/lib/scope'
import { newSessionId } from '@/lib/sessions/sessions'
import { asSuperuser, NOW } from '../../support/database'
import { memberScope, ownerScope, REQUEST, unique } from '../../support/people'

async function joinMany({ user }: UserScope, count: number) {
  const name = unique('Page')
  await asSuperuser(
    `WITH made AS (
       INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), $2 || lpad(n::text, 3, '0'), lower($2) || lpad(n::text, 3, '0'), lower($2) || lpad(n::text, 3, '0') FROM generate_series(1, $3::int) n RETURNING id
     )
     INSERT INTO memberships (account_id, user_id, role) SELECT id, $1, 'MEMBER' FROM made`,
    [user.id, name, count],
  )
  return name.toLowerCase()
}

test('Home lists the accounts in pages, and the switcher gets 200 with the current one', async () => {
  const scope = await ownerScope()
  const name = await joinMany(scope, 220)
  const slugs: string[] = []
  let after: string | undefined
  const sizes: number[] = []
  do {
    const { accounts, next } = await readHome(scope, REQUEST, { after })
    slugs.push(...accounts.map(({ slug }) => slug))
    sizes.push(accounts.length)
    after = next
  } while (after)
  expect(sizes).toEqual([50, 50, 50, 50, 21])
  expect(new Set(slugs).size).toBe(221)

  const choices = await listSwitcherAccounts(scope, `${name}220`)
  expect(choices).toHaveLength(200)
  expect(choices.map(({ slug }) => slug)).toContain(`${name}220`)
  expect(choices.map(({ slug }) => slug)).toEqual(choices.map(({ slug }) => slug).sort())
})

test('Home finds accounts by any part of their name, ignoring case', async () => {
  const scope = await ownerScope()
  const name = await joinMany(scope, 12)
  expect((await readHome(scope, REQUEST, { search: `${name.toUpperCase()}01` })).accounts.map(({ slug }) => slug)).toEqual([
    `${name}010`,
    `${name}011`,
    `${name}012`,
  ])
  expect((await readHome(scope, REQUEST, { search: 'no such account' })).accounts).toEqual([])
})

test('Home shows the role, the number of members, and when something last happened', async () => {
  const owner = await ownerScope()
  const member = await memberScope(owner, 'MEMBER')
  const [event] = await asSuperuser<{ at: Date }>('SELECT max(created_at) AS at FROM audit_events WHERE account_id = $1', [
    owner.account.id,
  ])
  const { name, slug } = owner.account
  expect((await readHome(member, REQUEST)).accounts).toMatchObject([
    { name, slug, role: 'MEMBER', contents: { members: 2, activeAt: event?.at } },
  ])
  await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [owner.account.id])
  expect((await readHome(member, REQUEST)).accounts).toEqual([])
  expect(await listSwitcherAccounts(member)).toEqual([])
})

test('both say which accounts are suspended, and Home shows nothing of their contents', async () => {
  const scope = await ownerScope()
  const isSuspended = async () => [
    (await readHome(scope, REQUEST)).accounts.map((account) => [account.isSuspended, account.contents !== null]),
    (await listSwitcherAccounts(scope)).map((account) => account.isSuspended),
  ]
  expect(await isSuspended()).toEqual([[[false, true]], [false]])
  await asSuperuser('UPDATE accounts SET suspended_at = now() WHERE id = $1', [scope.account.id])
  expect(await isSuspended()).toEqual([[[true, false]], [true]])
})

// ASVS 8.2.2, 8.4.1
test('neither lists anything for a session that has ended or never was', async () => {
  const scope = await ownerScope()
  const session = { ...scope.session, id: newSessionId() }
  await asSuperuser(`UPDATE sessions SET idle_expires_at = ${NOW} WHERE user_id = $1`, [scope.user.id])
  for (const past of [scope, { ...scope, session }]) {
    expect(await readHome(past, REQUEST)).toMatchObject({ accounts: [], restorable: [], invitations: [] })
    expect(await listSwitcherAccounts(past)).toEqual([])
  }
})
