import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { exportAccount } from '@/lib/accounts/export'
import { renameAccount } from '@/lib/accounts/rename'
import { exportEvents } from '@/lib/audit/export'
import { listEvents } from '@/lib/audit/list'
import { inviteMembers, listInvitations, resendInvitation, revokeInvitation } from '@/lib/invitations/invitations'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { type Act, POLICY } from '@/lib/policy'
import { archiveProject, createProject, deleteProject, listProjects, renameProject } from '@/lib/projects/projects'
import type { AccountScope } from '@/lib/scope'
import { sectionsOf } from '@/lib/sections'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { CLIENT, memberScope, ownerScope } from '../support/people'

// A line of the policy that is closed to everybody closes every function that stands behind it: so each of them asks,
// also those that are open to all today.

let owner: AccountScope
let member: AccountScope
let projectId: string
let invitationId: string
beforeAll(async () => {
  owner = await ownerScope()
  member = await memberScope(owner, 'MEMBER')
  const created = await createProject(owner, { name: 'Bridge' }, CLIENT)
  projectId = created?.ok ? created.value.id : ''
  invitationId = (await invite(owner)).id
})

const query = { search: '', sort: 'name' as const }
const userId = () => member.user.id

const ASKING: [Act, string, () => Promise<unknown>][] = [
  ['account.rename', 'renaming an account', () => renameAccount(owner, { accountName: 'Other' }, CLIENT)],
  ['account.export', 'exporting an account', async () => exportAccount(owner, CLIENT)],
  ['account.delete', 'deleting an account', () => deleteAccount(owner, { confirmation: owner.account.name }, CLIENT)],
  ['account.delete', 'deleting it, before its name is looked at', () => deleteAccount(owner, { confirmation: 'another' }, CLIENT)],
  ['member.list', 'listing members', () => listMembers(owner, { search: '' })],
  ['member.list', 'looking at a member', () => findMember(owner, userId())],
  ['member.change-role', 'changing a role', () => changeRole(owner, { userId: userId(), role: 'ADMIN' }, CLIENT)],
  ['member.remove', 'removing a member', () => removeMember(owner, userId(), CLIENT)],
  ['member.leave', 'leaving', () => leaveAccount(member, CLIENT)],
  ['ownership.offer', 'offering ownership', () => offerOwnership(owner, userId(), CLIENT)],
  ['ownership.offer', 'withdrawing an offer', () => withdrawOwnership(owner, userId(), CLIENT)],
  ['invitation.list', 'listing invitations', () => listInvitations(owner)],
  ['invitation.send', 'inviting', () => inviteMembers(owner, { emails: ['x@example.com'], role: 'MEMBER' }, CLIENT)],
  ['invitation.send', 'sending an invitation again', () => resendInvitation(owner, invitationId, CLIENT)],
  ['invitation.revoke', 'revoking an invitation', () => revokeInvitation(owner, invitationId, CLIENT)],
  ['audit.list', 'listing what happened', () => listEvents(owner, {})],
  ['audit.list', 'exporting what happened', async () => exportEvents(owner, {}, CLIENT)],
  ['project.list', 'listing projects', () => listProjects(owner, query)],
  ['project.create', 'making a project', () => createProject(owner, { name: 'Tunnel' }, CLIENT)],
  ['project.rename', 'renaming a project', () => renameProject(owner, { id: projectId, name: 'Tunnel' }, CLIENT)],
  ['project.archive', 'archiving a project', () => archiveProject(owner, { id: projectId, archived: true }, CLIENT)],
  ['project.delete', 'deleting a project', () => deleteProject(owner, projectId, CLIENT)],
]

const table = POLICY as unknown as Record<Act, readonly unknown[]>
const whole = { ...table }
afterEach(() => {
  Object.assign(table, whole)
})

const closeTo = (act: Act) => {
  table[act] = Array(3).fill(() => false)
}

describe('asks the policy:', () => {
  test.each(ASKING)('%s, for %s', async (act, _, attempt) => {
    closeTo(act)
    const before = await asSuperuser('SELECT count(*)::int AS n FROM audit_events')
    expect(await attempt()).toBeNull()
    expect(await asSuperuser('SELECT count(*)::int AS n FROM audit_events')).toEqual(before)
  })

  test('account.restore, for restoring', async () => {
    const { account, ...scope } = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [account.id])
    closeTo('account.restore')
    expect(await restoreAccount(scope, account.id, CLIENT)).toMatchObject({ ok: false })
    expect(await asSuperuser('SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL', [account.id])).toEqual([])
  })

  test.each(['account.view', 'project.list', 'member.list', 'audit.list', 'account.rename'] as const)('%s, for the way around', (act) => {
    const there = sectionsOf(owner).length
    closeTo(act)
    expect(sectionsOf(owner)).toHaveLength(there - 1)
  })
})

test('every act of the policy is asked for somewhere', () => {
  expect(Object.keys(POLICY).sort()).toEqual([...new Set([...ASKING.map(([act]) => act), 'account.restore', 'account.view'])].sort())
})
