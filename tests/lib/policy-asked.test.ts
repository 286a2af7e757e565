import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { exportAccount } from '@/lib/accounts/export'
import { renameAccount } from '@/lib/accounts/rename'
import { exportEvents } from '@/lib/audit/export'
import { listEvents } from '@/lib/audit/list'
import type { Role } from '@/lib/generated/prisma/enums'
import { inviteMembers, listInvitations, resendInvitation, revokeInvitation } from '@/lib/invitations/invitations'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { conflict, forbidden } from '@/lib/outcome'
import { type Permission, POLICY } from '@/lib/policy'
import { archiveProject, createProject, deleteProject, listProjects, renameProject } from '@/lib/projects/projects'
import { ROLES } from '@/lib/roles'
import type { Rule } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'
import { sectionsOf } from '@/lib/sections'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { memberScope, ownerScope, REQUEST } from '../support/people'

// A line of the policy that is closed to everybody closes every function that stands behind it: so each of them asks,
// also those that are open to all today.

let owner: AccountScope
let member: AccountScope
let projectId: string
let invitationId: string
beforeAll(async () => {
  owner = await ownerScope()
  member = await memberScope(owner, 'MEMBER')
  const created = await createProject(owner, { name: 'Bridge' }, REQUEST)
  projectId = created.status === 'ok' ? created.value.id : ''
  invitationId = (await invite(owner)).id
})

const query = { search: '', sort: 'name' as const }
const userId = () => member.user.id

const ASKING: [Permission, string, () => Promise<unknown>][] = [
  ['account.rename', 'renaming an account', () => renameAccount(owner, { accountName: 'Other' }, REQUEST)],
  ['account.export', 'exporting an account', async () => exportAccount(owner, REQUEST)],
  ['account.delete', 'deleting an account', () => deleteAccount(owner, { confirmation: owner.account.name }, REQUEST)],
  ['account.delete', 'deleting it, before its name is looked at', () => deleteAccount(owner, { confirmation: 'another' }, REQUEST)],
  ['member.list', 'listing members', () => listMembers(owner, { search: '' })],
  ['member.list', 'looking at a member', () => findMember(owner, userId())],
  ['member.change-role', 'changing a role', () => changeRole(owner, { userId: userId(), role: 'ADMIN' }, REQUEST)],
  ['member.remove', 'removing a member', () => removeMember(owner, userId(), REQUEST)],
  ['member.leave', 'leaving', () => leaveAccount(member, REQUEST)],
  ['ownership.offer', 'offering ownership', () => offerOwnership(owner, userId(), REQUEST)],
  ['ownership.offer', 'withdrawing an offer', () => withdrawOwnership(owner, userId(), REQUEST)],
  ['invitation.list', 'listing invitations', () => listInvitations(owner)],
  ['invitation.send', 'inviting', () => inviteMembers(owner, { emails: ['x@example.com'], role: 'MEMBER' }, REQUEST)],
  ['invitation.send', 'sending an invitation again', () => resendInvitation(owner, invitationId, REQUEST)],
  ['invitation.revoke', 'revoking an invitation', () => revokeInvitation(owner, invitationId, REQUEST)],
  ['audit.list', 'listing what happened', () => listEvents(owner, {})],
  ['audit.list', 'exporting what happened', async () => exportEvents(owner, {}, REQUEST)],
  ['project.list', 'listing projects', () => listProjects(owner, query)],
  ['project.create', 'making a project', () => createProject(owner, { name: 'Tunnel' }, REQUEST)],
  ['project.rename', 'renaming a project', () => renameProject(owner, { id: projectId, name: 'Tunnel' }, REQUEST)],
  ['project.archive', 'archiving a project', () => archiveProject(owner, { id: projectId, archived: true }, REQUEST)],
  ['project.delete', 'deleting a project', () => deleteProject(owner, projectId, REQUEST)],
]

const table: Partial<Record<Permission, Partial<Record<Role, Rule>>>> = POLICY
const whole = { ...table }
afterEach(() => {
  Object.assign(table, whole)
})

const deny = (permission: Permission) => {
  table[permission] = Object.fromEntries(ROLES.map((role) => [role, () => false]))
}

describe('asks the policy:', () => {
  test.each(ASKING)('%s, for %s', async (act, _, attempt) => {
    deny(act)
    const before = await asSuperuser('SELECT count(*)::int AS n FROM audit_events')
    expect([null, forbidden]).toContainEqual(await attempt())
    expect(await asSuperuser('SELECT count(*)::int AS n FROM audit_events')).toEqual(before)
  })

  test('account.restore, for restoring', async () => {
    const { account, ...scope } = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [account.id])
    deny('account.restore')
    expect(await restoreAccount(scope, account.id, REQUEST)).toEqual(conflict('account-not-restorable'))
    expect(await asSuperuser('SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL', [account.id])).toEqual([])
  })

  test.each(['account.view', 'project.list', 'member.list', 'audit.list', 'account.rename'] as const)('%s, for the way around', (act) => {
    const there = sectionsOf(owner).length
    deny(act)
    expect(sectionsOf(owner)).toHaveLength(there - 1)
  })
})

test('every act of the policy is asked for somewhere', () => {
  expect(Object.keys(POLICY).sort()).toEqual([...new Set([...ASKING.map(([act]) => act), 'account.restore', 'account.view'])].sort())
})
