import { describe, expect, test } from 'vitest'
import { listInvitations } from '@/lib/invitations/invitations'
import { acceptInvitation, findInvitation } from '@/lib/invitations/link'
import { restoreInvitation, revokeInvitation } from '@/lib/invitations/revocation'
import { conflict, forbidden, notFound, ok, recentAuth } from '@/lib/outcome'
import type { AccountScope } from '@/lib/scope'
import { startLifetime } from '@/lib/tokens/tokens'
import { atOnce } from '../../support/at-once'
import { asSuperuser, NOW } from '../../support/database'
import { invite } from '../../support/invitations'
import { newestToken } from '../../support/mail-jobs'
import { createUser, memberScope, ownerScope, REQUEST, unconfirmed, userScope } from '../../support/people'

/** Invites an email, sends the message unless asked not to, and revokes the invitation. */
async function revoked(owner: AccountScope, { role = 'MEMBER' as const, isSent = true } = {}) {
  const invitation = await invite(owner, role)
  if (isSent) await startLifetime(invitation.token)
  expect(await revokeInvitation(owner, invitation.id, REQUEST)).toEqual(ok(invitation.email))
  return invitation
}

const kindsOf = async ({ account }: AccountScope) => {
  const events = await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE account_id = $1 ORDER BY id', [account.id])
  return events.map(({ kind }) => kind)
}

describe('restoreInvitation', () => {
  test('makes the same link work again, and is recorded', async () => {
    const owner = await ownerScope()
    const { id, email, token } = await revoked(owner)
    expect(await findInvitation(token)).toBeNull()
    expect((await listInvitations(owner))?.invitations).toEqual([])
    expect(await restoreInvitation(owner, id, REQUEST)).toEqual(ok(email))
    expect(await findInvitation(token)).toMatchObject({ id, email })
    expect(await newestToken(email)).toBe(token)
    expect(await kindsOf(owner)).toEqual(['account.created', 'invitation.sent', 'invitation.revoked', 'invitation.restored'])
    const guest = await userScope(await createUser(email))
    expect(await acceptInvitation(guest, token, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await restoreInvitation(owner, id, REQUEST)).toEqual(notFound)
  })

  // ASVS 6.5.1
  test('leaves a suspended link without effect: it opens nothing, and its email is not sent', async () => {
    const owner = await ownerScope()
    const { email, token } = await revoked(owner, { isSent: false })
    expect(await startLifetime(token)).toBeNull()
    const guest = await userScope(await createUser(email))
    expect(await acceptInvitation(guest, token, REQUEST)).toEqual(conflict('invitation-expired'))
  })

  test('sends a new link if the email was not sent before', async () => {
    const owner = await ownerScope()
    const { id, email, token } = await revoked(owner, { isSent: false })
    expect(await restoreInvitation(owner, id, REQUEST)).toEqual(ok(email))
    expect(await findInvitation(token)).toBeNull()
    expect(await findInvitation(await newestToken(email))).toMatchObject({ id })
  })

  test('works for five minutes, for a revoked invitation, and once', async () => {
    const owner = await ownerScope()
    const { id } = await revoked(owner)
    await asSuperuser(`UPDATE invitations SET revoked_at = ${NOW} - interval '5 minutes' WHERE id = $1`, [id])
    expect(await restoreInvitation(owner, id, REQUEST)).toEqual(notFound)
    await asSuperuser(`UPDATE invitations SET revoked_at = ${NOW} - interval '4 minutes' WHERE id = $1`, [id])
    const outcomes = await atOnce(3, () => restoreInvitation(owner, id, REQUEST))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect((await kindsOf(owner)).filter((kind) => kind === 'invitation.restored')).toHaveLength(1)
  })

  test('does not restore a second invitation to the same email', async () => {
    const owner = await ownerScope()
    const { id, email } = await revoked(owner)
    await invite(owner, 'MEMBER', email)
    expect(await restoreInvitation(owner, id, REQUEST)).toEqual(conflict('invitation-replaced'))
  })

  // ASVS 8.2.1, 8.2.2, 7.5.1
  test('requires the permission to invite with that role, a confirmed email, and a recent password', async () => {
    const owner = await ownerScope()
    const [admin, member, stranger] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'MEMBER'), await ownerScope()]
    const { id } = await revoked(owner)
    const { id: heirId } = await invite(owner, 'OWNER')
    await revokeInvitation(owner, heirId, REQUEST)
    expect(await restoreInvitation(stranger, id, REQUEST)).toEqual(notFound)
    expect(await restoreInvitation(member, id, REQUEST)).toEqual(forbidden)
    expect(await restoreInvitation(admin, heirId, REQUEST)).toEqual(forbidden)
    const stale = { ...owner, session: { ...owner.session, hasRecentAuth: false } }
    expect(await restoreInvitation(stale, heirId, REQUEST)).toEqual(recentAuth)
    expect(await restoreInvitation(await unconfirmed(admin), id, REQUEST)).toEqual(conflict('email-unconfirmed'))
    expect((await listInvitations(owner))?.invitations).toEqual([])
    expect(await restoreInvitation(owner, heirId, REQUEST)).toMatchObject({ status: 'ok' })
  })
})
