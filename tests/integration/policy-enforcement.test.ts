import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { changePolicy, planPolicy } from '@/lib/account-policies/change'
import { DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { exportAccount } from '@/lib/accounts/export'
import { renameAccount } from '@/lib/accounts/rename'
import { exportEvents } from '@/lib/audit/export'
import { listEvents } from '@/lib/audit/list'
import type { Role } from '@/lib/generated/prisma/enums'
import { inviteMembers, listInvitations, resendInvitation } from '@/lib/invitations/invitations'
import { restoreInvitation, revokeInvitation } from '@/lib/invitations/revocation'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { conflict, forbidden } from '@/lib/outcome'
import { readOverview } from '@/lib/overview/overview'
import { dismissSetup } from '@/lib/overview/setup'
import { type CorePermission, type Permission, POLICY } from '@/lib/policy'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLES } from '@/lib/roles'
import type { Rule } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'
import { sectionsOf } from '@/lib/sections'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { memberScope, ownerScope, REQUEST } from '../support/people'

// Each function checks the policy: it refuses when no role has its permission, even if every role has it today. Those of the
// resources are in resources.test.ts.

let owner: AccountScope
let member: AccountScope
let invitationId: string
beforeAll(async () => {
  owner = await ownerScope()
  member = await memberScope(owner, 'MEMBER')
  invitationId = (await invite(owner)).id
})

const userId = () => member.user.id

const USES: [CorePermission, string, () => Promise<unknown>][] = [
  ['account.view', 'the overview', () => readOverview(owner)],
  ['account.view', 'dismissing the checklist', () => dismissSetup(owner)],
  ['account.rename', 'renaming an account', () => renameAccount(owner, { accountName: 'Other' }, REQUEST)],
  ['account.export', 'exporting an account', async () => exportAccount(owner, REQUEST)],
  ['account.change-policy', 'changing the security policy', () => changePolicy(owner, DEFAULT_POLICY, REQUEST)],
  ['account.change-policy', 'planning a security policy', () => planPolicy(owner, DEFAULT_POLICY, REQUEST)],
  ['account.delete', 'deleting an account', () => deleteAccount(owner, { confirmation: owner.account.name }, REQUEST)],
  ['account.delete', 'deleting it with a wrong confirmation', () => deleteAccount(owner, { confirmation: 'another' }, REQUEST)],
  ['member.list', 'listing members', () => listMembers(owner, { search: '' })],
  ['member.list', 'reading a member', () => findMember(owner, userId())],
  ['member.change-role', 'changing a role', () => changeRole(owner, { userId: userId(), role: 'ADMIN' }, REQUEST)],
  ['member.remove', 'removing a member', () => removeMember(owner, userId(), REQUEST)],
  ['member.leave', 'leaving', () => leaveAccount(member, REQUEST)],
  ['ownership.offer', 'offering ownership', () => offerOwnership(owner, userId(), REQUEST)],
  ['ownership.accept', 'accepting ownership', () => acceptOwnership(member, REQUEST)],
  ['ownership.withdraw', 'withdrawing an offer', () => withdrawOwnership(owner, userId(), REQUEST)],
  ['invitation.list', 'listing invitations', () => listInvitations(owner)],
  ['invitation.send', 'inviting', () => inviteMembers(owner, { emails: ['x@example.com'], role: 'MEMBER' }, REQUEST)],
  ['invitation.send', 'sending an invitation again', () => resendInvitation(owner, invitationId, REQUEST)],
  ['invitation.send', 'restoring an invitation', () => restoreInvitation(owner, invitationId, REQUEST)],
  ['invitation.revoke', 'revoking an invitation', () => revokeInvitation(owner, invitationId, REQUEST)],
  ['audit.list', 'listing events', () => listEvents(owner, {})],
  ['audit.export', 'exporting events', async () => exportEvents(owner, {}, REQUEST)],
]

const table: Partial<Record<Permission, Partial<Record<Role, Rule>>>> = POLICY
const whole = { ...table }
afterEach(() => {
  Object.assign(table, whole)
})

const deny = (permission: Permission) => {
  table[permission] = Object.fromEntries(ROLES.map((role) => [role, () => false]))
}

describe('the policy', () => {
  // ASVS 8.3.1
  test.each(USES)('%s decides about %s', async (permission, _, use) => {
    deny(permission)
    const before = await asSuperuser('SELECT count(*)::int AS n FROM audit_events')
    expect([null, forbidden]).toContainEqual(await use())
    expect(await asSuperuser('SELECT count(*)::int AS n FROM audit_events')).toEqual(before)
  })

  test('account.restore controls who can restore an account', async () => {
    const { account, ...scope } = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [account.id])
    deny('account.restore')
    expect(await restoreAccount(scope, account.id, REQUEST)).toEqual(conflict('account-not-restorable'))
    expect(await asSuperuser('SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL', [account.id])).toEqual([])
  })

  test('member.list-factors controls who sees which members have a second factor', async () => {
    const seen = async () => {
      const [member, members] = [await findMember(owner, userId()), (await listMembers(owner, { search: '' }))?.members ?? []]
      return [member, ...members].map((each) => each?.hasFactor)
    }
    expect(await seen()).toEqual([false, false, false])
    deny('member.list-factors')
    expect(await seen()).toEqual([null, null, null])
  })

  const sections = Object.values<Resource>(RESOURCES).map(({ section }) => section.permission as Permission)
  test.each<Permission>(['account.view', 'member.list', 'audit.list', 'account.rename', ...sections])(
    '%s decides about a section of the navigation',
    (permission) => {
      const count = sectionsOf(owner).length
      deny(permission)
      expect(sectionsOf(owner)).toHaveLength(count - 1)
    },
  )

  test('has a use for each permission', () => {
    const used: string[] = [...USES.map(([permission]) => permission), 'account.restore', 'member.list-factors']
    const declared = Object.values<Resource>(RESOURCES).flatMap(({ permissions }) => Object.keys(permissions))
    expect([...new Set(used), ...declared].sort()).toEqual(Object.keys(POLICY).sort())
  })
})
