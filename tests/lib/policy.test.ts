import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { can, type Permission, POLICY, type Target } from '@/lib/policy'
import { PERMISSIONS_PAGE, permissionsPage } from '../../scripts/permissions.mjs'

const ROLES = ['OWNER', 'ADMIN', 'MEMBER'] as const
const as = (role: Role) => ({ user: { id: 'me' }, membership: { role } })

/** Who may do it, to whom: written out again, for a table that is compared with itself proves nothing. */
const ALLOWED: Record<Permission, Role[]> = {
  'account.view': ['OWNER', 'ADMIN', 'MEMBER'],
  'account.rename': ['OWNER', 'ADMIN'],
  'account.export': ['OWNER', 'ADMIN'],
  'account.delete': ['OWNER'],
  'account.restore': ['OWNER'],
  'member.list': ['OWNER', 'ADMIN', 'MEMBER'],
  'member.change-role': ['OWNER', 'ADMIN'],
  'member.remove': ['OWNER', 'ADMIN'],
  'member.leave': ['OWNER', 'ADMIN', 'MEMBER'],
  'ownership.offer': ['OWNER'],
  'invitation.list': ['OWNER', 'ADMIN'],
  'invitation.send': ['OWNER', 'ADMIN'],
  'invitation.revoke': ['OWNER', 'ADMIN'],
  'audit.list': ['OWNER', 'ADMIN'],
  'project.list': ['OWNER', 'ADMIN', 'MEMBER'],
  'project.create': ['OWNER', 'ADMIN', 'MEMBER'],
  'project.rename': ['OWNER', 'ADMIN', 'MEMBER'],
  'project.archive': ['OWNER', 'ADMIN', 'MEMBER'],
  'project.delete': ['OWNER', 'ADMIN'],
}

describe('the policy', () => {
  test('has a line for each act, and no other', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual(Object.keys(POLICY).sort())
  })

  test.each(Object.entries(ALLOWED) as [Permission, Role[]][])('%s', (act, allowed) => {
    expect(ROLES.filter((role) => can(as(role), act))).toEqual(allowed)
  })

  const ranked: Permission[] = ['member.change-role', 'member.remove', 'invitation.send', 'invitation.revoke']
  const aboveAdmin: Target[] = [{ role: 'OWNER' }, { role: 'MEMBER', newRole: 'OWNER' }, { role: 'OWNER', newRole: 'MEMBER' }]
  test.each(ranked)('%s stops at one’s own rank, for whom it is done to and for what they become', (act) => {
    for (const target of aboveAdmin) {
      expect(can(as('ADMIN'), act, target)).toBe(false)
      expect(can(as('OWNER'), act, target)).toBe(true)
    }
    expect(can(as('ADMIN'), act, { role: 'ADMIN', newRole: 'ADMIN' })).toBe(true)
    expect(can(as('MEMBER'), act, { role: 'MEMBER', newRole: 'MEMBER' })).toBe(false)
  })

  test('a member deletes what they made, and nothing else', () => {
    expect(can(as('MEMBER'), 'project.delete', { createdBy: 'me' })).toBe(true)
    expect(can(as('MEMBER'), 'project.delete', { createdBy: 'you' })).toBe(false)
    expect(can(as('MEMBER'), 'project.delete', { createdBy: null })).toBe(false)
  })
})

test('docs/permissions.md says what the table says (npm run docs:permissions)', () => {
  expect(readFileSync(PERMISSIONS_PAGE, 'utf8')).toBe(permissionsPage(POLICY))
})
