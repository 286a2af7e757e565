import { describe, expect, test } from 'vitest'
import { readHome } from '@/lib/accounts/home'
import { acceptInvitation, findInvitation, registerInvited } from '@/lib/invitations/link'
import { acceptPendingInvitation, findInvitingAccount } from '@/lib/invitations/pending'
import { revokeInvitation } from '@/lib/invitations/revocation'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import { conflict, invalid } from '@/lib/outcome'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser, NOW } from '../../support/database'
import { addTotp } from '../../support/factors'
import { deleteAccountRow, expireInvitation, invite } from '../../support/invitations'
import { createUser, memberScope, ownerScope, PASSWORD, REQUEST, userScope } from '../../support/people'
import { setPolicy } from '../../support/policies'

const EXPIRED = conflict('invitation-expired')

async function memberships(userId: string) {
  return asSuperuser('SELECT account_id, role FROM memberships WHERE user_id = $1', [userId])
}

describe('acceptInvitation', () => {
  test('adds a member with the invited role, verifies the email, and works once', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner, 'ADMIN')
    const userId = await createUser(email, { isConfirmed: false })
    const scope = await userScope(userId)
    expect(await findInvitation(token)).toMatchObject({ email, role: 'ADMIN', isRegistered: true, inviterName: owner.user.email })
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual({
      status: 'ok',
      value: { slug: owner.account.slug, name: owner.account.name },
    })
    expect(await memberships(userId)).toEqual([{ account_id: owner.account.id, role: 'ADMIN' }])
    expect((await userScope(userId)).user.emailVerified).not.toBeNull()
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual(EXPIRED)
    expect(await asSuperuser('SELECT hash FROM tokens WHERE email = $1', [email])).toEqual([])
    expect(
      await asSuperuser(`SELECT actor_id, target FROM audit_events WHERE account_id = $1 AND kind = 'invitation.accepted'`, [
        owner.account.id,
      ]),
    ).toEqual([{ actor_id: userId, target: email }])
  })

  // ASVS 2.3.1, 8.2.2
  test('refuses a user with another email, and the link stays valid for the invited one', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const other = await userScope(await createUser())
    expect(await acceptInvitation(other, token, REQUEST)).toEqual(conflict('invitation-for-another'))
    expect(await memberships(other.user.id)).toEqual([])
    expect(await acceptInvitation(await userScope(await createUser(email)), token, REQUEST)).toMatchObject({ status: 'ok' })
  })

  // ASVS 2.3.4, 6.4.1
  test('succeeds once when fifty requests accept at the same time', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const scope = await userScope(await createUser(email))
    const outcomes = await atOnce(50, () => acceptInvitation(scope, token, REQUEST))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await memberships(scope.user.id)).toHaveLength(1)
  })

  test('keeps the role of a user who is already a member', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const member = await memberScope(owner, 'ADMIN', email)
    expect(await acceptInvitation(member, token, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await memberships(member.user.id)).toEqual([{ account_id: owner.account.id, role: 'ADMIN' }])
  })

  const ends: [string, (owner: AccountScope, invitation: Awaited<ReturnType<typeof invite>>) => Promise<unknown>][] = [
    ['was revoked', (owner, { id }) => revokeInvitation(owner, id, REQUEST)],
    ['has expired', (_, { id }) => expireInvitation(id, '0 ms')],
    ['belongs to a deleted account', (owner) => deleteAccountRow(owner.account.id)],
  ]
  test.each(ends)('refuses an invitation that %s, as does every other function', async (_, end) => {
    const owner = await ownerScope()
    const invitation = await invite(owner)
    await end(owner, invitation)
    expect(await findInvitation(invitation.token)).toBeNull()
    expect(await registerInvited(invitation.token, { password: PASSWORD }, REQUEST)).toEqual(EXPIRED)
    const scope = await userScope(await createUser(invitation.email))
    expect(await acceptInvitation(scope, invitation.token, REQUEST)).toEqual(EXPIRED)
    expect((await readHome(scope, REQUEST)).invitations).toEqual([])
    expect(await acceptPendingInvitation(scope, invitation.id, REQUEST)).toEqual(EXPIRED)
    expect(await memberships(scope.user.id)).toEqual([])
  })

  test('accepts an invitation 30 seconds before it expires', async () => {
    const { email, token, id } = await invite(await ownerScope())
    await expireInvitation(id, '30 s')
    expect(await findInvitation(token)).toMatchObject({ email })
  })

  test('refuses an expired token even if its invitation is still pending', async () => {
    const { email, token } = await invite(await ownerScope())
    await asSuperuser(`UPDATE tokens SET expires_at = ${NOW} WHERE email = $1`, [email])
    expect(await findInvitation(token)).toBeNull()
  })

  // ASVS 8.3.3
  test('refuses an invitation whose inviter was removed or can no longer grant its role', async () => {
    const owner = await ownerScope()
    const [removed, demoted] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'ADMIN')]
    const [byRemoved, byDemoted] = [await invite(removed), await invite(demoted)]
    await removeMember(owner, removed.user.id, REQUEST)
    await changeRole(owner, { userId: demoted.user.id, role: 'MEMBER' }, REQUEST)
    for (const { token, email } of [byRemoved, byDemoted]) {
      expect(await findInvitation(token)).toBeNull()
      expect(await acceptInvitation(await userScope(await createUser(email)), token, REQUEST)).toEqual(EXPIRED)
    }
  })

  test.each(['', 'x', 'A'.repeat(43), '../../etc', 'é'.repeat(43)])('finds no invitation for the token %j', async (token) => {
    expect(await findInvitation(token)).toBeNull()
  })
})

describe('registerInvited', () => {
  test('creates a verified user in the inviting account, and no new account', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const accountsBefore = await asSuperuser('SELECT count(*)::int AS n FROM accounts')
    const registered = await registerInvited(token, { name: 'Ada Lovelace', password: PASSWORD }, REQUEST)
    const userId = registered.status === 'ok' ? registered.value.userId : ''
    expect(registered).toEqual({ status: 'ok', value: { userId, slug: owner.account.slug, name: owner.account.name, hasJoined: true } })
    expect(await asSuperuser('SELECT email, name, email_verified_at IS NOT NULL AS verified FROM users WHERE id = $1', [userId])).toEqual([
      { email, name: 'Ada Lovelace', verified: true },
    ])
    expect(await memberships(userId)).toEqual([{ account_id: owner.account.id, role: 'MEMBER' }])
    expect(await asSuperuser('SELECT count(*)::int AS n FROM accounts')).toEqual(accountsBefore)
  })

  test('creates one user when ten requests register at the same time', async () => {
    const { email, token } = await invite(await ownerScope())
    const outcomes = await atOnce(10, () => registerInvited(token, { password: PASSWORD }, REQUEST))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toHaveLength(1)
  })

  test('refuses a registered email, and the link stays valid for signing in', async () => {
    const { email, token } = await invite(await ownerScope())
    await createUser(email)
    expect(await registerInvited(token, { password: PASSWORD }, REQUEST)).toEqual(conflict('email-taken-sign-in-to-accept'))
    expect(await findInvitation(token)).toMatchObject({ isRegistered: true })
  })

  // ASVS 2.2.3, 6.2.4, 6.2.11
  test('refuses a weak password with a field error', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    for (const password of ['password1', `${email} and more`, `${owner.account.name} and more`]) {
      expect(await registerInvited(token, { password }, REQUEST)).toMatchObject(invalid({ password: expect.any(String) }))
    }
    expect(await findInvitation(token)).toMatchObject({ isRegistered: false })
  })
})

// ASVS 8.2.4
describe('an account that requires a second factor', () => {
  const verify = (slug: string, back: string) => ({
    status: 'unmet',
    verifyPath: `/private/accounts/${slug}/verify?callbackUrl=${encodeURIComponent(back)}`,
  })

  test('is joined by link once the user has verified one, and the link works until then', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    await setPolicy(owner.account.id, { secondFactor: 'everyone' })
    const userId = await createUser(email)
    const scope = await userScope(userId)
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual(verify(owner.account.slug, '/invitations/open'))
    expect(await memberships(userId)).toEqual([])
    expect(await findInvitingAccount(scope, owner.account.slug)).toMatchObject({
      account: { name: owner.account.name, policy: { secondFactor: 'everyone' } },
      membership: { role: 'MEMBER' },
    })
    expect((await acceptInvitation((await addTotp(scope)).scope, token, REQUEST)).status).toBe('ok')
    expect(await memberships(userId)).toHaveLength(1)
    expect(await findInvitingAccount(scope, owner.account.slug)).toBeNull()
  })

  test('is joined from Home once the user has verified one, if the policy requires it of their role', async () => {
    const owner = await ownerScope()
    await setPolicy(owner.account.id, { secondFactor: 'admins' })
    const [admin, member] = [await invite(owner, 'ADMIN'), await invite(owner, 'MEMBER')]
    const accept = async ({ email, id }: { email: string; id: string }) =>
      acceptPendingInvitation(await userScope(await createUser(email)), id, REQUEST)
    expect(await accept(admin)).toEqual(verify(owner.account.slug, '/private'))
    expect((await accept(member)).status).toBe('ok')
  })

  test('registers an invited person, who joins later with the same link', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    await setPolicy(owner.account.id, { secondFactor: 'everyone' })
    const registered = await registerInvited(token, { password: PASSWORD }, REQUEST)
    if (registered.status !== 'ok') throw new Error(registered.status)
    const { userId, hasJoined } = registered.value
    expect([hasJoined, await memberships(userId)]).toEqual([false, []])
    const { scope } = await addTotp(await userScope(userId))
    expect(scope.user).toMatchObject({ email, emailVerified: expect.any(Date) })
    expect((await acceptInvitation(scope, token, REQUEST)).status).toBe('ok')
  })

  test('reveals nothing to a user that it did not invite', async () => {
    const owner = await ownerScope()
    await invite(owner)
    expect(await findInvitingAccount(await userScope(await createUser()), owner.account.slug)).toBeNull()
  })
})
