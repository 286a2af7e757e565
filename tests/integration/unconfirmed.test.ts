import { beforeAll, describe, expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { exportAccount } from '@/lib/accounts/export'
import { readHome } from '@/lib/accounts/home'
import { renameAccount } from '@/lib/accounts/rename'
import { exportEvents } from '@/lib/audit/export'
import { listEvents } from '@/lib/audit/list'
import { inviteMembers, listInvitations, resendInvitation } from '@/lib/invitations/invitations'
import { acceptInvitation, findInvitation } from '@/lib/invitations/link'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, offerOwnership } from '@/lib/memberships/ownership'
import { conflict } from '@/lib/outcome'
import { UNCONFIRMED_USER } from '@/lib/people'
import type { AccountScope } from '@/lib/scope'
import { requestEmailChange } from '@/lib/users/email-change'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { trailOf } from '../support/links'
import { queuedMails } from '../support/mail-jobs'
import { createUser, memberScope, ownerScope, REQUEST, unconfirmed, unique, userScope } from '../support/people'
import { insertResources } from '../support/resources'
import { unwrap } from '../support/unwrap'

// A user whose email is not confirmed cannot involve others, who do not see their name: anyone can register with any email.

const REFUSED = conflict('email-unconfirmed')

describe('an unconfirmed user', () => {
  let owner: AccountScope
  let member: AccountScope
  let invitationId: string
  beforeAll(async () => {
    const confirmed = await ownerScope()
    member = await memberScope(confirmed, 'MEMBER')
    invitationId = (await invite(confirmed)).id
    owner = await unconfirmed(confirmed)
  })

  // ASVS 8.2.1
  test.each<[string, () => Promise<unknown>]>([
    ['invite', () => inviteMembers(owner, { emails: [`${unique('guest')}@example.com`], role: 'MEMBER' }, REQUEST)],
    ['resend an invitation', () => resendInvitation(owner, invitationId, REQUEST)],
    ['offer ownership', () => offerOwnership(owner, member.user.id, REQUEST)],
    ['accept ownership', async () => acceptOwnership(await unconfirmed(await memberScope(owner, 'MEMBER')), REQUEST)],
  ])('cannot %s, and learns why', async (_, use) => {
    const before = await asSuperuser('SELECT count(*)::int AS n FROM audit_events WHERE account_id = $1', [owner.account.id])
    expect(await use()).toEqual(REFUSED)
    expect(await asSuperuser('SELECT count(*)::int AS n FROM audit_events WHERE account_id = $1', [owner.account.id])).toEqual(before)
  })

  test('is offered no ownership, and their own offer is no longer listed', async () => {
    const [host, other] = [await ownerScope(), await ownerScope()]
    const claimant = await unconfirmed(await memberScope(host, 'MEMBER'))
    expect(await offerOwnership(host, claimant.user.id, REQUEST)).toEqual(conflict('member-unconfirmed'))
    const heir = await memberScope(other, 'MEMBER')
    await offerOwnership(other, heir.user.id, REQUEST)
    await unconfirmed(other)
    expect((await listMembers(heir, { search: '' }))?.offer).toBeNull()
  })

  test('has sent invitations that no longer work', async () => {
    const host = await ownerScope()
    const { email, token } = await invite(host)
    const guest = await userScope(await createUser(email))
    await unconfirmed(host)
    expect(await findInvitation(token)).toBeNull()
    expect(await acceptInvitation(guest, token, REQUEST)).toEqual(conflict('invitation-expired'))
    expect((await readHome(guest, REQUEST)).invitations).toEqual([])
  })

  test('is confirmed by the link of an invitation, which their own session opens', async () => {
    const { email, token } = await invite(await ownerScope())
    const guest = await userScope(await createUser(email, { isConfirmed: false }))
    expect(await acceptInvitation(guest, token, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await trailOf(guest.user.id)).toEqual(['user.email-verified'])
  })
})

describe('to others, an unconfirmed user', () => {
  // ASVS 8.2.3, 15.3.1
  test('has neither an email nor a name, in lists, files, and the audit trail', async () => {
    const host = await ownerScope()
    const name = unique('Claimed name')
    const claimant = await unconfirmed(await memberScope(host, 'ADMIN'))
    await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [claimant.user.id, name])
    await insertResources(claimant)
    await renameAccount(claimant, { accountName: unique('Renamed') }, REQUEST)
    const { id } = await invite(host)
    await asSuperuser('UPDATE invitations SET invited_by = $2 WHERE id = $1', [id, claimant.user.id])
    const { id: userId, email } = claimant.user
    await changeRole(host, { userId, role: 'MEMBER' }, REQUEST)
    const shown = JSON.stringify([
      await listMembers(host, { search: '' }),
      await listMembers(host, { search: email }),
      await findMember(host, userId),
      await listInvitations(host),
      await listEvents(host, {}),
      await listEvents(host, { person: email }),
      await textOf(unwrap(await exportEvents(host, {}, REQUEST))),
      await textOf(unwrap(await exportAccount(host, REQUEST))),
      await removeMember(host, userId, REQUEST),
      await listEvents(host, { kind: 'membership.removed' }),
    ])
    expect(shown).toContain(UNCONFIRMED_USER)
    expect(shown).toContain(userId)
    expect(shown).not.toContain(email)
    expect(shown).not.toContain(name)
  })

  test('looks to themselves as they are', async () => {
    const owner = await unconfirmed(await ownerScope())
    expect(await listMembers(owner, { search: '' })).toMatchObject({ members: [{ email: owner.user.email }] })
    expect((await listEvents(owner, {}))?.events.map(({ email }) => email)).toEqual([owner.user.email])
  })
})

test('an address that was never confirmed cannot undo a change of email, and is free afterward', async () => {
  const scope = await userScope(await createUser(undefined, { isConfirmed: false }))
  const { email: old } = scope.user
  await requestEmailChange(scope, { email: `${unique('right')}@example.com` }, REQUEST)
  expect(await queuedMails(old)).toEqual([])
  await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [scope.user.id, `${unique('right')}@example.com`])
  expect(await register({ accountName: unique('Late'), email: old, password: 'eleven grey pelicans' }, REQUEST)).toMatchObject({
    status: 'ok',
  })
})

async function textOf(pieces: AsyncIterable<string> | Iterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
