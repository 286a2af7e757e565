import { describe, expect, test } from 'vitest'
import { revokeInvitation } from '@/lib/invitations/invitations'
import { acceptInvitation, findInvitation, registerInvited } from '@/lib/invitations/link'
import { acceptPendingInvitation, listPendingInvitations, sendLinkAgain } from '@/lib/invitations/pending'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import { conflict, invalid } from '@/lib/outcome'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { deleteAccountRow, expireInvitation, invite } from '../../support/invitations'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { memberScope, ownerScope, PASSWORD, plainUser, REQUEST, unique, userScope } from '../../support/people'

const DEAD = conflict('invitation-expired')

async function memberships(userId: string) {
  return asSuperuser('SELECT account_id, role FROM memberships WHERE user_id = $1', [userId])
}

async function verify(userId: string) {
  await asSuperuser('UPDATE users SET email_verified_at = now() WHERE id = $1', [userId])
  return userScope(userId)
}

/** Invitations of as many accounts, one later than the other, past the application. */
async function inviteFromMany(email: string, count: number, { areDeleted = false } = {}) {
  const inviter = await plainUser()
  await asSuperuser(
    `WITH made AS (INSERT INTO accounts (id, name, name_key, slug, deleted_at)
       SELECT gen_random_uuid(), $1 || n, $1 || n, $1 || n, CASE WHEN $3 THEN now() END FROM generate_series(1, $2::int) AS n RETURNING id),
     joined AS (INSERT INTO memberships (account_id, user_id, role) SELECT id, $4, 'OWNER' FROM made)
     INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
       SELECT id, gen_random_uuid(), $5, 'MEMBER', $4, now() + interval '1 day' FROM made`,
    [unique('many'), count, areDeleted, inviter, email],
  )
}

describe('accepting by the link', () => {
  test('makes a member with the role, verifies the address, and works once', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner, 'ADMIN')
    const userId = await plainUser(email)
    const scope = await userScope(userId)
    expect(await findInvitation(token)).toMatchObject({ email, role: 'ADMIN', isRegistered: true, inviterName: owner.user.email })
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual({
      status: 'ok',
      value: { slug: owner.account.slug, name: owner.account.name },
    })
    expect(await memberships(userId)).toEqual([{ account_id: owner.account.id, role: 'ADMIN' }])
    expect((await userScope(userId)).user.emailVerified).not.toBeNull()
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual(DEAD)
    expect(await asSuperuser('SELECT hash FROM tokens WHERE email = $1', [email])).toEqual([])
    expect(
      await asSuperuser(`SELECT actor_id, target FROM audit_events WHERE account_id = $1 AND kind = 'invitation.accepted'`, [
        owner.account.id,
      ]),
    ).toEqual([{ actor_id: userId, target: email }])
  })

  test('takes that very address, and leaves the link good for its owner', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const other = await userScope(await plainUser())
    expect(await acceptInvitation(other, token, REQUEST)).toEqual(conflict('invitation-for-another'))
    expect(await memberships(other.user.id)).toEqual([])
    expect(await acceptInvitation(await userScope(await plainUser(email)), token, REQUEST)).toMatchObject({ status: 'ok' })
  })

  test('fifty tries at once make one member, by one success', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const scope = await userScope(await plainUser(email))
    const tries = await atOnce(50, () => acceptInvitation(scope, token, REQUEST))
    expect(tries.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await memberships(scope.user.id)).toHaveLength(1)
  })

  test('whoever is a member already keeps their role', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const member = await memberScope(owner, 'ADMIN', email)
    expect(await acceptInvitation(member, token, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await memberships(member.user.id)).toEqual([{ account_id: owner.account.id, role: 'ADMIN' }])
  })

  const ends: [string, (owner: AccountScope, invitation: Awaited<ReturnType<typeof invite>>) => Promise<unknown>][] = [
    ['revoked', (owner, { id }) => revokeInvitation(owner, id, REQUEST)],
    ['past its time', (_, { id }) => expireInvitation(id, '0 ms')],
    ['of a deleted account', (owner) => deleteAccountRow(owner.account.id)],
  ]
  test.each(ends)('%s, it is worth nothing, to anybody', async (_, end) => {
    const owner = await ownerScope()
    const invitation = await invite(owner)
    await end(owner, invitation)
    expect(await findInvitation(invitation.token)).toBeNull()
    expect(await registerInvited(invitation.token, { password: PASSWORD }, REQUEST)).toEqual(DEAD)
    const scope = await verify(await plainUser(invitation.email))
    expect(await acceptInvitation(scope, invitation.token, REQUEST)).toEqual(DEAD)
    expect(await listPendingInvitations(scope)).toEqual([])
    expect(await acceptPendingInvitation(scope, invitation.id, REQUEST)).toEqual(DEAD)
    expect(await sendLinkAgain(scope, invitation.id, REQUEST)).toEqual(DEAD)
    expect(await memberships(scope.user.id)).toEqual([])
  })

  test('half a minute before its end it still works', async () => {
    const { email, token, id } = await invite(await ownerScope())
    await expireInvitation(id, '30 s')
    expect(await findInvitation(token)).toMatchObject({ email })
  })

  test('the token has an end of its own', async () => {
    const { email, token } = await invite(await ownerScope())
    await asSuperuser('UPDATE tokens SET expires_at = now() WHERE email = $1', [email])
    expect(await findInvitation(token)).toBeNull()
  })

  test('it does not outlive its inviter’s rank', async () => {
    const owner = await ownerScope()
    const [gone, demoted] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'ADMIN')]
    const [byGone, byDemoted] = [await invite(gone), await invite(demoted)]
    await removeMember(owner, gone.user.id, REQUEST)
    await changeRole(owner, { userId: demoted.user.id, role: 'MEMBER' }, REQUEST)
    for (const { token, email } of [byGone, byDemoted]) {
      expect(await findInvitation(token)).toBeNull()
      expect(await acceptInvitation(await userScope(await plainUser(email)), token, REQUEST)).toEqual(DEAD)
    }
  })

  test.each(['', 'x', 'A'.repeat(43), '../../etc', 'é'.repeat(43)])('the token %j proves nothing', async (token) => {
    expect(await findInvitation(token)).toBeNull()
  })
})

describe('registering by the link', () => {
  test('makes the person, verified, in that account and in no other', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    const accountsBefore = await asSuperuser('SELECT count(*)::int AS n FROM accounts')
    const registered = await registerInvited(token, { password: PASSWORD }, REQUEST)
    const userId = registered.status === 'ok' ? registered.value.userId : ''
    expect(registered).toEqual({ status: 'ok', value: { userId, slug: owner.account.slug, name: owner.account.name } })
    expect(await asSuperuser('SELECT email, email_verified_at IS NOT NULL AS verified FROM users WHERE id = $1', [userId])).toEqual([
      { email, verified: true },
    ])
    expect(await memberships(userId)).toEqual([{ account_id: owner.account.id, role: 'MEMBER' }])
    expect(await asSuperuser('SELECT count(*)::int AS n FROM accounts')).toEqual(accountsBefore)
  })

  test('ten at once make one person', async () => {
    const { email, token } = await invite(await ownerScope())
    const tries = await atOnce(10, () => registerInvited(token, { password: PASSWORD }, REQUEST))
    expect(tries.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toHaveLength(1)
  })

  test('refuses a taken address, and leaves the link good for signing in with', async () => {
    const { email, token } = await invite(await ownerScope())
    await plainUser(email)
    expect(await registerInvited(token, { password: PASSWORD }, REQUEST)).toEqual(conflict('email-taken-sign-in-to-accept'))
    expect(await findInvitation(token)).toMatchObject({ isRegistered: true })
  })

  test('refuses a weak password, beside its field', async () => {
    const owner = await ownerScope()
    const { email, token } = await invite(owner)
    for (const password of ['password1', `${email} and more`, `${owner.account.name} and more`]) {
      expect(await registerInvited(token, { password }, REQUEST)).toMatchObject(invalid({ password: expect.any(String) }))
    }
    expect(await findInvitation(token)).toMatchObject({ isRegistered: false })
  })
})

describe('an invitation that waits for one’s address', () => {
  test('is shown to them and to nobody else', async () => {
    const owner = await ownerScope()
    const { email } = await invite(owner, 'ADMIN')
    const [mine, other] = [await userScope(await plainUser(email)), await userScope(await plainUser())]
    expect(await listPendingInvitations(mine)).toMatchObject([{ account: { name: owner.account.name }, role: 'ADMIN' }])
    expect(await listPendingInvitations(other)).toEqual([])
  })

  test('is listed behind any number that can no longer be used, and twenty are', async () => {
    const [owner, email] = [await ownerScope(), `${unique('sought')}@example.com`]
    const scope = await userScope(await plainUser(email))
    await invite(owner, 'MEMBER', email)
    await inviteFromMany(email, 19)
    await inviteFromMany(email, 40, { areDeleted: true })
    expect((await listPendingInvitations(scope)).map(({ account }) => account.name)).toContain(owner.account.name)
    expect(await listPendingInvitations(scope)).toHaveLength(20)
    await inviteFromMany(email, 1)
    expect((await listPendingInvitations(scope)).map(({ account }) => account.name)).not.toContain(owner.account.name)
    expect(await listPendingInvitations(scope)).toHaveLength(20)
  })

  test('takes a verified address, for anyone can register with another’s', async () => {
    const owner = await ownerScope()
    const { email, id } = await invite(owner)
    const userId = await plainUser(email)
    expect(await acceptPendingInvitation(await userScope(userId), id, REQUEST)).toEqual(DEAD)
    expect(await memberships(userId)).toEqual([])
    expect(await acceptPendingInvitation(await verify(userId), id, REQUEST)).toEqual({
      status: 'ok',
      value: { slug: owner.account.slug, name: owner.account.name },
    })
    expect(await acceptPendingInvitation(await userScope(userId), id, REQUEST)).toEqual(DEAD)
  })

  test('of another address cannot be accepted or asked for', async () => {
    const { id, email } = await invite(await ownerScope())
    const other = await verify(await plainUser())
    expect(await acceptPendingInvitation(other, id, REQUEST)).toEqual(DEAD)
    expect(await sendLinkAgain(other, id, REQUEST)).toEqual(DEAD)
    expect(await queuedMails(email)).toHaveLength(1)
  })

  test('the link and the list at the same moment make one member', async () => {
    const owner = await ownerScope()
    const { id, email, token } = await invite(owner)
    const scope = await verify(await plainUser(email))
    const tries = await atOnce(10, (n) => (n % 2 ? acceptPendingInvitation(scope, id, REQUEST) : acceptInvitation(scope, token, REQUEST)))
    expect(tries.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await memberships(scope.user.id)).toHaveLength(1)
  })

  test('its link is sent again, to its own address, once a minute', async () => {
    const { id, email, token } = await invite(await ownerScope())
    const scope = await userScope(await plainUser(email))
    await sendLinkAgain(scope, id, REQUEST)
    expect(await queuedMails(email)).toHaveLength(1)
    await asSuperuser(`UPDATE invitations SET sent_at = now() - interval '61 s' WHERE id = $1`, [id])
    await sendLinkAgain(scope, id, REQUEST)
    expect(await queuedMails(email)).toHaveLength(2)
    expect(await findInvitation(token)).toBeNull()
    expect(await acceptInvitation(scope, await newestToken(email), REQUEST)).toMatchObject({ status: 'ok' })
  })

  test('an address that only looks alike is another', async () => {
    const word = unique('alike')
    await invite(await ownerScope(), 'MEMBER', `${word}+tag@example.com`)
    expect(await listPendingInvitations(await userScope(await plainUser(`${word}@example.com`)))).toEqual([])
  })
})
