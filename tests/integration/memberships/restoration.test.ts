import { describe, expect, test } from 'vitest'
import { findMember } from '@/lib/memberships/list'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { restoreMember } from '@/lib/memberships/restoration'
import { conflict, forbidden, notFound, ok, recentAuth } from '@/lib/outcome'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST } from '../../support/people'

const membership = async ({ account, user }: AccountScope) =>
  (await asSuperuser('SELECT role, created_at FROM memberships WHERE account_id = $1 AND user_id = $2', [account.id, user.id]))[0]

const later = ({ account }: AccountScope, interval: string) =>
  asSuperuser('UPDATE audit_events SET created_at = created_at - $2::interval WHERE account_id = $1', [account.id, interval])

describe('restoreMember', () => {
  const cases = ROLES.flatMap((actor) => ROLES.map((role) => [actor, role] as const))
  test.each(cases)('lets %s restore %s only as the policy allows', async (actor, role) => {
    const owner = await ownerScope()
    const [scope, other] = [await memberScope(owner, actor), await memberScope(owner, role)]
    await removeMember(owner, other.user.id, REQUEST)
    const isAllowed = actor === 'OWNER' || (actor === 'ADMIN' && role !== 'OWNER')
    expect(await restoreMember(scope, other.user.id, REQUEST)).toEqual(isAllowed ? ok(other.user.email) : forbidden)
    expect((await membership(other))?.role).toBe(isAllowed ? role : undefined)
  })

  test('restores the role and the joining date, and records it', async () => {
    const owner = await ownerScope()
    const other = await memberScope(owner, 'ADMIN')
    const before = await membership(other)
    await removeMember(owner, other.user.id, REQUEST)
    expect(await membership(other)).toBeUndefined()
    expect(await restoreMember(owner, other.user.id, REQUEST)).toEqual(ok(other.user.email))
    expect(await membership(other)).toEqual(before)
    expect(await findMember(owner, other.user.id)).toMatchObject({ role: 'ADMIN' })
    const events = await asSuperuser(
      `SELECT actor_id, target, details FROM audit_events WHERE account_id = $1 AND kind = 'membership.restored'`,
      [owner.account.id],
    )
    expect(events).toEqual([{ actor_id: owner.user.id, target: other.user.email, details: { role: 'ADMIN' } }])
  })

  // ASVS 7.5.1
  test('asks for the password again before it restores an owner', async () => {
    const owner = await ownerScope()
    const other = await memberScope(owner, 'OWNER')
    await removeMember(owner, other.user.id, REQUEST)
    const stale = { ...owner, session: { ...owner.session, hasRecentAuth: false } }
    expect(await restoreMember(stale, other.user.id, REQUEST)).toEqual(recentAuth)
    expect(await membership(other)).toBeUndefined()
  })

  // ASVS 8.3.2
  test("checks the caller's current role", async () => {
    const owner = await ownerScope()
    const [admin, other] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'MEMBER')]
    await removeMember(admin, other.user.id, REQUEST)
    await changeRole(owner, { userId: admin.user.id, role: 'MEMBER' }, REQUEST)
    expect(await restoreMember(admin, other.user.id, REQUEST)).toEqual(forbidden)
    expect(await membership(other)).toBeUndefined()
  })

  test('refuses after five minutes', async () => {
    const owner = await ownerScope()
    const other = await memberScope(owner, 'MEMBER')
    await removeMember(owner, other.user.id, REQUEST)
    await later(owner, '6 minutes')
    expect(await restoreMember(owner, other.user.id, REQUEST)).toEqual(conflict('member-not-restorable'))
    expect(await membership(other)).toBeUndefined()
  })

  test('refuses a person who is a member again, and keeps their new role', async () => {
    const owner = await ownerScope()
    const other = await memberScope(owner, 'ADMIN')
    await removeMember(owner, other.user.id, REQUEST)
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'MEMBER')`, [owner.account.id, other.user.id])
    expect(await restoreMember(owner, other.user.id, REQUEST)).toEqual(conflict('member-returned'))
    expect((await membership(other))?.role).toBe('MEMBER')
  })

  test('does not find a person who left, who deleted their profile, or who was removed from another account', async () => {
    const [owner, stranger] = [await ownerScope(), await ownerScope()]
    const [gone, deleted, removed] = [
      await memberScope(owner, 'MEMBER'),
      await memberScope(owner, 'MEMBER'),
      await memberScope(owner, 'MEMBER'),
    ]
    await leaveAccount(gone, REQUEST)
    expect(await restoreMember(owner, gone.user.id, REQUEST)).toEqual(notFound)
    await removeMember(owner, deleted.user.id, REQUEST)
    await asSuperuser('DELETE FROM users WHERE id = $1', [deleted.user.id])
    expect(await restoreMember(owner, deleted.user.id, REQUEST)).toEqual(notFound)
    await removeMember(owner, removed.user.id, REQUEST)
    expect(await restoreMember(stranger, removed.user.id, REQUEST)).toEqual(notFound)
    expect(await restoreMember(owner, stranger.user.id, REQUEST)).toEqual(notFound)
  })
})
