import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { type CorePermission, can, needsRecentAuth, type Permission, POLICY } from '@/lib/policy'
import type { Resource } from '@/lib/resource'
import { RESOURCES, withDeclared } from '@/lib/resources'
import { ROLE_NAMES, ROLES } from '@/lib/roles'
import { ownOnly, type Target } from '@/lib/rules'
import { PERMISSIONS_PAGE, permissionsPage } from '../../tests/registry/permissions.mjs'

const as = (role: Role) => ({ user: { id: 'me', emailVerified: new Date(0) }, membership: { role } })

/** Written by hand, because a table compared with itself proves nothing. */
const ALLOWED: Record<CorePermission, Role[]> = {
  'account.view': ['OWNER', 'ADMIN', 'MEMBER'],
  'account.rename': ['OWNER', 'ADMIN'],
  'account.export': ['OWNER', 'ADMIN'],
  'account.change-policy': ['OWNER'],
  'account.delete': ['OWNER'],
  'account.restore': ['OWNER'],
  'member.list': ['OWNER', 'ADMIN', 'MEMBER'],
  'member.list-factors': ['OWNER', 'ADMIN'],
  'member.change-role': ['OWNER', 'ADMIN'],
  'member.remove': ['OWNER', 'ADMIN'],
  'member.leave': ['OWNER', 'ADMIN', 'MEMBER'],
  'ownership.offer': ['OWNER'],
  'ownership.withdraw': ['OWNER'],
  'ownership.accept': ['OWNER', 'ADMIN', 'MEMBER'],
  'invitation.list': ['OWNER', 'ADMIN'],
  'invitation.send': ['OWNER', 'ADMIN'],
  'invitation.revoke': ['OWNER', 'ADMIN'],
  'audit.list': ['OWNER', 'ADMIN'],
  'audit.export': ['OWNER', 'ADMIN'],
}

describe('the policy', () => {
  // ASVS 8.2.1
  test.each(Object.entries(ALLOWED) as [CorePermission, Role[]][])('grants %s to the roles listed here', (permission, allowed) => {
    expect(new Set(ROLES.filter((role) => can(as(role), permission)))).toEqual(new Set(allowed))
  })

  const ranked: Permission[] = ['member.change-role', 'member.remove', 'invitation.send', 'invitation.revoke']
  const aboveAdmin: Target[] = [{ role: 'OWNER' }, { role: 'MEMBER', newRole: 'OWNER' }, { role: 'OWNER', newRole: 'MEMBER' }]
  test.each(ranked)("limits %s to roles up to the actor's, both current and new", (permission) => {
    for (const target of aboveAdmin) {
      expect(can(as('ADMIN'), permission, target)).toBe(false)
      expect(can(as('OWNER'), permission, target)).toBe(true)
    }
    expect(can(as('ADMIN'), permission, { role: 'ADMIN', newRole: 'ADMIN' })).toBe(true)
    expect(can(as('MEMBER'), permission, { role: 'MEMBER', newRole: 'MEMBER' })).toBe(false)
  })
})

/** Whether it asks for the password: by hand, so that a new permission does not compile until it says so. */
const ASKS: Record<CorePermission, 'always' | 'for an owner' | 'never'> = {
  'account.view': 'never',
  'account.rename': 'never',
  'account.export': 'always',
  'account.change-policy': 'always',
  'account.delete': 'always',
  'account.restore': 'never',
  'member.list': 'never',
  'member.list-factors': 'never',
  'member.change-role': 'for an owner',
  'member.remove': 'never',
  'member.leave': 'never',
  'ownership.offer': 'always',
  'ownership.withdraw': 'never',
  'ownership.accept': 'always',
  'invitation.list': 'never',
  'invitation.send': 'for an owner',
  'invitation.revoke': 'never',
  'audit.list': 'never',
  'audit.export': 'always',
}

// ASVS 7.5.1
test.each(Object.entries(ASKS) as [CorePermission, string][])('%s needs recent authentication %s', (permission, when) => {
  const [member, owner] = [
    { role: 'MEMBER', newRole: 'ADMIN' },
    { role: 'OWNER', newRole: 'OWNER' },
  ] as const
  expect(needsRecentAuth(permission, member)).toBe(when === 'always')
  expect(needsRecentAuth(permission, owner)).toBe(when !== 'never')
})

describe('the rule ownOnly', () => {
  test.each([
    ['me', true],
    ['you', false],
    [null, false],
    [undefined, false],
  ])('for something created by %s, grants: %s', (createdBy, isGranted) => {
    expect(ownOnly(as('MEMBER'), { createdBy })).toBe(isGranted)
  })
})

test('withDeclared throws if a resource declares a name that exists', () => {
  const resources: Record<string, Pick<Resource, 'permissions'>> = RESOURCES
  const permissions = { 'another.list': POLICY['account.view'] }
  resources.another = { permissions }
  try {
    expect(() => withDeclared('permissions', permissions)).toThrow(/"another.list" is declared twice/)
  } finally {
    delete resources.another
  }
})

// ASVS 8.1.1
test('docs/permissions.md matches the policy (npm run docs:permissions)', () => {
  expect(readFileSync(PERMISSIONS_PAGE, 'utf8')).toBe(permissionsPage(POLICY, ROLE_NAMES))
})
