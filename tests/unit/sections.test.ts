import { describe, expect, test } from 'vitest'
import { sectionPath } from '@/lib/accounts/paths'
import { Role } from '@/lib/generated/prisma/enums'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { rolesFor, sectionsOf } from '@/lib/sections'

const user = { id: 'u', email: 'u@example.com', name: null, emailVerified: null }

const resources = Object.values<Resource>(RESOURCES).map(({ section }) => section.title)

describe('sectionsOf', () => {
  const TITLES: Record<Role, string[]> = {
    OWNER: ['Overview', 'Members', 'Audit log', 'Settings'],
    ADMIN: ['Overview', 'Members', 'Audit log', 'Settings'],
    MEMBER: ['Overview', 'Members'],
  }
  test.each(Object.entries(TITLES) as [Role, string[]][])('returns the core sections that %s can open', (role, titles) => {
    const all = sectionsOf({ user, membership: { role } }).map(({ title }) => title)
    expect(all.filter((title) => !resources.includes(title))).toEqual(titles)
  })

  test('returns sections with different segments', () => {
    const segments = sectionsOf({ user, membership: { role: Role.OWNER } }).map(({ segment }) => segment)
    expect(new Set(segments).size).toBe(segments.length)
  })

  test('rolesFor returns the roles that can open a section', () => {
    expect(rolesFor('member.list', { user })).toEqual([Role.MEMBER, Role.ADMIN, Role.OWNER])
    expect(rolesFor('audit.list', { user })).toEqual([Role.ADMIN, Role.OWNER])
  })

  test('sectionPath returns the path of the account for the overview, and paths below it for others', () => {
    expect([sectionPath('heron', ''), sectionPath('heron', 'members')]).toEqual([
      '/private/accounts/heron',
      '/private/accounts/heron/members',
    ])
  })
})
