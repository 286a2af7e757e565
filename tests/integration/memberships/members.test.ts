import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { memberQuerySchema } from '@/lib/memberships/schema'
import { conflict, forbidden, notFound, ok } from '@/lib/outcome'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { updateProfile } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST, unconfirmed, unique } from '../../support/people'

const RANK: Record<Role, number> = { OWNER: 2, ADMIN: 1, MEMBER: 0 }

async function rolesOf({ account }: AccountScope): Promise<Record<string, Role>> {
  const rows = await asSuperuser<{ user_id: string; role: Role }>('SELECT user_id, role FROM memberships WHERE account_id = $1', [
    account.id,
  ])
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]))
}

const events = (scope: AccountScope, kind: string) =>
  asSuperuser('SELECT actor_id, target, details FROM audit_events WHERE account_id = $1 AND kind = $2', [scope.account.id, kind])

describe('changeRole', () => {
  const cases = ROLES.flatMap((actor) => ROLES.flatMap((target) => ROLES.map((role) => [actor, target, role] as const)))
  test.each(cases)('lets %s change the role of %s to %s only as the policy allows', async (actor, target, role) => {
    const owner = await ownerScope()
    const [scope, other] = [await memberScope(owner, actor), await memberScope(owner, target)]
    const isAllowed = actor === 'OWNER' || (actor === 'ADMIN' && RANK[target] <= RANK.ADMIN && RANK[role] <= RANK.ADMIN)
    const changed = await changeRole(scope, { userId: other.user.id, role }, REQUEST)
    expect(changed).toEqual(isAllowed ? ok(other.user.email) : forbidden)
    expect((await rolesOf(owner))[other.user.id]).toBe(isAllowed ? role : target)
    expect(await events(owner, 'membership.role-changed')).toEqual(
      isAllowed && role !== target ? [{ actor_id: scope.user.id, target: other.user.email, details: { from: target, to: role } }] : [],
    )
  })

  test('refuses to demote the last owner', async () => {
    const owner = await ownerScope()
    expect(await changeRole(owner, { userId: owner.user.id, role: 'ADMIN' }, REQUEST)).toEqual(conflict('last-owner'))
    expect(await rolesOf(owner)).toEqual({ [owner.user.id]: 'OWNER' })
  })

  // ASVS 8.3.2, 15.4.2
  test("checks the actor's current role, not the role from the start of the request", async () => {
    const owner = await ownerScope()
    const [admin, other] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'MEMBER')]
    await changeRole(owner, { userId: admin.user.id, role: 'MEMBER' }, REQUEST)
    expect(await changeRole(admin, { userId: other.user.id, role: 'ADMIN' }, REQUEST)).toEqual(forbidden)
    expect(await removeMember(admin, other.user.id, REQUEST)).toEqual(forbidden)
  })

  // ASVS 2.3.4, 15.4.2
  test('keeps one owner when two owners demote or remove each other, or both leave', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await ownerScope()
      const two = await memberScope(one, 'OWNER')
      const attempts = [
        [
          () => changeRole(one, { userId: two.user.id, role: 'MEMBER' }, REQUEST),
          () => changeRole(two, { userId: one.user.id, role: 'MEMBER' }, REQUEST),
        ],
        [() => removeMember(one, two.user.id, REQUEST), () => removeMember(two, one.user.id, REQUEST)],
        [() => leaveAccount(one, REQUEST), () => leaveAccount(two, REQUEST)],
      ][round % 3]
      await Promise.all((attempts ?? []).map((attempt) => attempt()))
      expect(Object.values(await rolesOf(one)).filter((role) => role === 'OWNER')).toHaveLength(1)
    }
  })
})

describe('removeMember and leaveAccount', () => {
  const cases = ROLES.flatMap((actor) => ROLES.map((target) => [actor, target] as const))
  test.each(cases)('let %s remove %s only as the policy allows', async (actor, target) => {
    const owner = await ownerScope()
    const [scope, other] = [await memberScope(owner, actor), await memberScope(owner, target)]
    const isAllowed = actor === 'OWNER' || (actor === 'ADMIN' && target !== 'OWNER')
    expect(await removeMember(scope, other.user.id, REQUEST)).toEqual(isAllowed ? ok(other.user.email) : forbidden)
    expect(other.user.id in (await rolesOf(owner))).toBe(!isAllowed)
    expect(await events(owner, 'membership.removed')).toHaveLength(isAllowed ? 1 : 0)
  })

  test.each(ROLES)('let %s leave, and refuse the last owner', async (role) => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, role)
    expect(await leaveAccount(scope, REQUEST)).toEqual({ status: 'ok', value: scope.user.email })
    expect(await leaveAccount(scope, REQUEST)).toEqual(notFound)
    expect(await leaveAccount(owner, REQUEST)).toEqual(conflict('last-owner'))
    expect(await removeMember(owner, owner.user.id, REQUEST)).toEqual(conflict('last-owner'))
    expect(await rolesOf(owner)).toEqual({ [owner.user.id]: 'OWNER' })
  })
})

describe('members of other accounts', () => {
  // ASVS 8.4.1
  test('are not found by any function', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const other = await memberScope(theirs, 'MEMBER')
    expect(await changeRole(mine, { userId: other.user.id, role: 'ADMIN' }, REQUEST)).toEqual(notFound)
    expect(await removeMember(mine, other.user.id, REQUEST)).toEqual(notFound)
    expect(await findMember(mine, other.user.id)).toBeNull()
    expect(await rolesOf(theirs)).toEqual({ [theirs.user.id]: 'OWNER', [other.user.id]: 'MEMBER' })
  })

  test('are not listed', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'MEMBER')`, [mine.account.id, theirs.user.id])
    const page = await listMembers(mine, { search: '' })
    expect(page?.members.map(({ userId, role }) => [userId, role])).toEqual([
      [mine.user.id, 'OWNER'],
      [theirs.user.id, 'MEMBER'],
    ])
    expect((await listMembers(theirs, { search: '' }))?.members).toHaveLength(1)
  })

  test.each(['', 'x', '00000000-0000-0000-0000-000000000000', "' OR 1=1"])('are not found by the id %j', async (id) => {
    expect(await findMember(await ownerScope(), id)).toBeNull()
  })
})

describe('listMembers', () => {
  test.each(['joined', 'name'])('shows each member on one page by %s, even if many joined at the same time', async (sort) => {
    const owner = await ownerScope()
    await asSuperuser(
      `WITH made AS (INSERT INTO users (id, email, name, email_verified_at)
         SELECT gen_random_uuid(), 'm' || n || '-' || $2 || '@example.com', 'M. ' || n % 4, CASE WHEN n > 20 THEN now() END FROM generate_series(1, 120) n RETURNING id)
       INSERT INTO memberships (account_id, user_id, role, created_at) SELECT $1, id, 'MEMBER', now() FROM made`,
      [owner.account.id, unique('x')],
    )
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await listMembers(owner, memberQuerySchema.parse({ sort, after }))
      seen.push(...(page?.members ?? []).map(({ userId }) => userId))
      after = page?.next
    } while (after)
    expect(seen).toHaveLength(121)
    expect(new Set(seen).size).toBe(121)
  })

  test('sorts members by displayed name, even after it changes, and filters them by role', async () => {
    const owner = await ownerScope()
    const [ada, bea] = [await memberScope(owner, 'ADMIN', `${unique('z')}@example.com`), await memberScope(owner, 'MEMBER', unique('b'))]
    const hidden = await memberScope(owner, 'MEMBER', unique('a')) // listed as "Unconfirmed user"
    await unconfirmed(hidden)
    const list = async (query: object) =>
      (await listMembers(owner, memberQuerySchema.parse({ sort: 'name', ...query })))?.members.map(({ userId }) => userId)
    const ids = [bea, owner, hidden, ada].map(({ user }) => user.id)
    expect(await list({})).toEqual(ids)
    await updateProfile(ada, { name: 'Ada' }, REQUEST)
    expect(await list({})).toEqual([ids[3], ...ids.slice(0, 3)])
    expect(await list({ role: 'member' })).toEqual([ids[0], ids[2]])
    expect(await list({ role: 'admin', sort: 'joined' })).toEqual([ids[3]])
  })

  // ASVS 1.2.9
  test('searches email and name, ignores case, and matches every character literally', async () => {
    const owner = await ownerScope()
    const word = unique('zebra')
    const other = await memberScope(owner, 'MEMBER', `${word}@example.com`)
    await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [other.user.id, 'Grüne 100%_Wiese'])
    const find = async (search: string) => (await listMembers(owner, { search }))?.members.map(({ userId }) => userId)
    for (const search of [word.toUpperCase(), 'GRÜNE', '100%_W']) expect(await find(search)).toEqual([other.user.id])
    for (const search of ['%', '_']) expect(await find(search)).toEqual([other.user.id])
    expect(await find('no such member')).toEqual([])
  })

  test.each([
    { after: 'x' },
    { after: ['a', 'b'] },
    { after: '9.x' },
    { after: '999999999999999.00000000-0000-0000-0000-000000000000' },
    { search: ['a', 'b'] },
  ])('ignores the invalid query %j', (query) => {
    expect(memberQuerySchema.parse(query).search).toBe('')
  })
})
