import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { inviteMembers, listInvitations, resendInvitation } from '@/lib/invitations/invitations'
import { findInvitation } from '@/lib/invitations/link'
import { revokeInvitation } from '@/lib/invitations/revocation'
import { inviteSchema } from '@/lib/invitations/schema'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import { message } from '@/lib/messages'
import { forbidden, notFound, ok } from '@/lib/outcome'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { memberScope, ownerScope, REQUEST, unique } from '../../support/people'

const newEmail = () => `${unique('invited')}@example.com`

const invitationsOf = ({ account }: AccountScope) =>
  asSuperuser('SELECT id, email, role, invited_by, accepted_at, revoked_at FROM invitations WHERE account_id = $1 ORDER BY id', [
    account.id,
  ])

async function invited(scope: AccountScope, role: Role = 'MEMBER') {
  const email = newEmail()
  await inviteMembers(scope, { emails: [email], role }, REQUEST)
  const [row] = await asSuperuser<{ id: string }>('SELECT id FROM invitations WHERE email = $1', [email])
  return { email, id: row?.id ?? '' }
}

describe('inviteMembers', () => {
  const cases = ROLES.flatMap((actor) => ROLES.map((role) => [actor, role] as const))
  // ASVS 8.2.1
  test.each(cases)('lets %s invite with the role %s only as the policy allows', async (actor, role) => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, actor)
    const isAllowed = actor === 'OWNER' || (actor === 'ADMIN' && role !== 'OWNER')
    const email = newEmail()
    expect(await inviteMembers(scope, { emails: [email], role }, REQUEST)).toEqual(isAllowed ? ok(1) : forbidden)
    expect(await invitationsOf(owner)).toMatchObject(isAllowed ? [{ email, role, invited_by: scope.user.id }] : [])
    expect(await queuedMails(email)).toHaveLength(isAllowed ? 1 : 0)
  })

  // ASVS 8.3.2, 15.4.2
  test('checks the current role: an admin who was just demoted or removed sends, resends, and revokes nothing', async () => {
    const owner = await ownerScope()
    const { id } = await invited(owner)
    const [demoted, removed] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'ADMIN')]
    await changeRole(owner, { userId: demoted.user.id, role: 'MEMBER' }, REQUEST)
    await removeMember(owner, removed.user.id, REQUEST)
    const before = await invitationsOf(owner)
    for (const [scope, refusal] of [
      [demoted, forbidden],
      [removed, notFound],
    ] as const) {
      expect(await inviteMembers(scope, { emails: [newEmail()], role: 'MEMBER' }, REQUEST)).toEqual(refusal)
      expect(await resendInvitation(scope, id, REQUEST)).toEqual(refusal)
      expect(await revokeInvitation(scope, id, REQUEST)).toEqual(refusal)
    }
    expect(await invitationsOf(owner)).toEqual(before)
  })

  test("counts no refused invitation toward the account's limit", async () => {
    const owner = await ownerScope()
    const { id } = await invited(owner)
    const counted = () => asSuperuser('SELECT key, points FROM limits ORDER BY key')
    const before = await counted()
    const [admin, member] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'MEMBER')]
    expect(await inviteMembers(admin, { emails: [newEmail()], role: 'OWNER' }, REQUEST)).toEqual(forbidden)
    expect(await inviteMembers(member, { emails: [newEmail()], role: 'MEMBER' }, REQUEST)).toEqual(forbidden)
    expect(await resendInvitation(member, id, REQUEST)).toEqual(forbidden)
    expect(await counted()).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
  })

  test('answers the same for a member, a new email, and an invited one, and sends no email to a member', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    const { email } = await invited(owner)
    const answers = []
    for (const invitee of [member.user.email, newEmail(), email]) {
      answers.push(await inviteMembers(owner, { emails: [invitee], role: 'MEMBER' }, REQUEST))
    }
    expect(answers).toEqual(Array(3).fill({ status: 'ok', value: 1 }))
    expect(await queuedMails(member.user.email)).toEqual([])
    expect((await invitationsOf(owner)).map((row) => row.email)).not.toContain(member.user.email)
    expect(await queuedMails(email)).toHaveLength(2)
  })

  test('replaces the invitation of an invited email, and only the newest link works', async () => {
    const owner = await ownerScope()
    const { email } = await invited(owner)
    const first = await newestToken(email)
    await inviteMembers(owner, { emails: [email], role: 'ADMIN' }, REQUEST)
    expect(await invitationsOf(owner)).toMatchObject([{ email, role: 'ADMIN' }])
    expect(await findInvitation(first)).toBeNull()
    expect(await findInvitation(await newestToken(email))).toMatchObject({ email, role: 'ADMIN' })
  })

  test('keeps an invitation with the role OWNER when an admin invites the same email, and answers the same', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    const { email, id } = await invited(owner, 'OWNER')
    expect(await inviteMembers(admin, { emails: [email], role: 'MEMBER' }, REQUEST)).toEqual({ status: 'ok', value: 1 })
    expect(await resendInvitation(admin, id, REQUEST)).toEqual(forbidden)
    expect(await revokeInvitation(admin, id, REQUEST)).toEqual(forbidden)
    expect(await invitationsOf(owner)).toMatchObject([{ email, role: 'OWNER', invited_by: owner.user.id, revoked_at: null }])
    expect(await queuedMails(email)).toHaveLength(1)
  })

  test('creates one invitation and one link when fifty requests invite one email at the same time', async () => {
    const owner = await ownerScope()
    const email = newEmail()
    await atOnce(50, () => inviteMembers(owner, { emails: [email], role: 'MEMBER' }, REQUEST))
    const [invitation, ...others] = await invitationsOf(owner)
    expect([invitation?.email, others]).toEqual([email, []])
    expect(await asSuperuser('SELECT hash FROM tokens WHERE email = $1', [email])).toHaveLength(1)
  })

  test('invites a list of one hundred emails, and records each', async () => {
    const owner = await ownerScope()
    const tag = unique('many')
    const emails = Array.from({ length: 100 }, (_, n) => `${tag}-${n}@example.com`)
    expect(await inviteMembers(owner, { emails, role: 'MEMBER' }, REQUEST)).toEqual({ status: 'ok', value: 100 })
    const [count] = await asSuperuser(
      `SELECT (SELECT count(*)::int FROM invitations WHERE account_id = $1) AS invitations,
              (SELECT count(*)::int FROM tokens WHERE account_id = $1) AS tokens,
              (SELECT count(*)::int FROM audit_events WHERE account_id = $1 AND kind = 'invitation.sent') AS events`,
      [owner.account.id],
    )
    expect(count).toEqual({ invitations: 100, tokens: 100, events: 100 })
    const first = await listInvitations(owner)
    const second = await listInvitations(owner, first?.next)
    expect([first?.invitations.length, second?.invitations.length, second?.next]).toEqual([50, 50, undefined])
    expect(new Set([first, second].flatMap((page) => page?.invitations.map(({ email }) => email))).size).toBe(100)
  })
})

describe('a pending invitation', () => {
  test.each(ROLES)('can be resent and revoked by %s only as the policy allows', async (role) => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, role)
    const { email, id } = await invited(owner)
    const first = await newestToken(email)
    const isAllowed = role === 'OWNER' || role === 'ADMIN'
    expect((await listInvitations(scope)) !== null).toBe(isAllowed)
    expect(await resendInvitation(scope, id, REQUEST)).toEqual(isAllowed ? ok(email) : forbidden)
    expect((await findInvitation(first)) === null).toBe(isAllowed)
    expect(await revokeInvitation(scope, id, REQUEST)).toEqual(isAllowed ? ok(email) : forbidden)
    expect((await findInvitation(await newestToken(email))) === null).toBe(isAllowed)
    expect(await revokeInvitation(owner, id, REQUEST)).toEqual(isAllowed ? notFound : ok(email))
  })

  // ASVS 8.4.1
  test('of another account is not found', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const { id, email } = await invited(theirs)
    expect(await resendInvitation(mine, id, REQUEST)).toEqual(notFound)
    expect(await revokeInvitation(mine, id, REQUEST)).toEqual(notFound)
    expect((await listInvitations(mine))?.invitations).toEqual([])
    expect(await findInvitation(await newestToken(email))).not.toBeNull()
  })

  test('is listed as expired after its expiry, and works again when resent', async () => {
    const owner = await ownerScope()
    const { id, email } = await invited(owner)
    await asSuperuser(`UPDATE invitations SET expires_at = now() - interval '1 ms' WHERE id = $1`, [id])
    expect((await listInvitations(owner))?.invitations).toMatchObject([{ email, isExpired: true }])
    expect(await findInvitation(await newestToken(email))).toBeNull()
    await resendInvitation(owner, id, REQUEST)
    expect(await findInvitation(await newestToken(email))).toMatchObject({ email })
  })
})

describe('inviteSchema', () => {
  const parse = (emails: string) => inviteSchema.safeParse({ emails, role: 'MEMBER' })

  test('splits a list by commas, semicolons, and whitespace, ignores names and case, and removes duplicates', () => {
    const { data } = parse(`Ada Lovelace <ADA@example.com>, bob@example.com; "C, D" <c@example.com>\nbob@example.com  eve@example.com`)
    expect(data?.emails).toEqual(['ada@example.com', 'bob@example.com', 'c@example.com', 'eve@example.com'])
  })

  // ASVS 2.2.1
  test.each([
    ['', message('invitation-emails-missing')],
    [' , ;\n', message('invitation-emails-missing')],
    ['ada', message('invitation-emails-invalid', { emails: 'ada', more: 0 })],
    ['a b c d e', message('invitation-emails-invalid', { emails: 'a, b, c', more: 2 })],
    ['ada@example.com, bad@', message('invitation-emails-invalid', { emails: 'bad@', more: 0 })],
    [Array.from({ length: 101 }, (_, n) => `p${n}@example.com`).join(), message('invitation-too-many', { max: 100 })],
    ['x'.repeat(20_001), message('invitation-list-too-long')],
  ])('rejects %j and says why', (text, reason) => {
    expect(parse(text).error?.issues[0]?.message).toBe(reason)
  })
})
