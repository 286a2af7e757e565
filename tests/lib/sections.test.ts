import { describe, expect, test } from 'vitest'
import { sameSectionIn, sectionPath } from '@/lib/accounts/paths'
import { Role } from '@/lib/generated/prisma/enums'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { rolesFor, sectionsOf } from '@/lib/sections'

const user = { id: 'u', email: 'u@example.com', name: null, emailVerified: null }

const resources = Object.values<Resource>(RESOURCES).map(({ section }) => section.title)

describe('sectionsOf', () => {
  test.each([
    [Role.OWNER, ['Overview', 'Members', 'Audit', 'Settings']],
    [Role.ADMIN, ['Overview', 'Members', 'Audit', 'Settings']],
    [Role.MEMBER, ['Overview', 'Members']],
  ])('returns the core sections that %s can open', (role, titles) => {
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

test.each([
  ['/private/accounts/a', '/private/accounts/b'],
  ['/private/accounts/a/members', '/private/accounts/b/members'],
  ['/private/accounts/a/members/0199-someone-of-a', '/private/accounts/b/members'], // the other account has no such member
  ['/private/accounts/a/settings', '/private/accounts/b'], // the user may not open it there
  ['/private/accounts/a/nothing', '/private/accounts/b'],
  ['/private/accounts/new', '/private/accounts/b'],
  ['/private', '/private/accounts/b'],
  ['/private/settings', '/private/accounts/b'],
  ['/elsewhere/x/y/members', '/private/accounts/b'],
])('sameSectionIn maps %s to %s', (path, expected) => {
  expect(sameSectionIn('b', { path, segments: ['', 'members'] })).toBe(expected)
})
