import { describe, expect, test } from 'vitest'
import { Role } from '@/lib/generated/prisma/enums'
import { samePlaceIn, sectionPath, sectionsOf } from '@/lib/sections'

const user = { id: 'u', email: 'u@example.com', name: null, emailVerified: null }

describe('the sections of an account', () => {
  test.each([
    [Role.OWNER, ['Overview', 'Projects', 'Members', 'Audit', 'Settings']],
    [Role.ADMIN, ['Overview', 'Projects', 'Members', 'Audit', 'Settings']],
    [Role.MEMBER, ['Overview', 'Projects', 'Members']],
  ])('that open to an %s', (role, names) => {
    expect(sectionsOf({ user, membership: { role } }).map(({ name }) => name)).toEqual(names)
  })

  test('each have an address, and the overview has that of the account', () => {
    expect([sectionPath('heron', ''), sectionPath('heron', 'members')]).toEqual([
      '/private/accounts/heron',
      '/private/accounts/heron/members',
    ])
  })
})

test.each([
  ['/private/accounts/a', '/private/accounts/b'],
  ['/private/accounts/a/members', '/private/accounts/b/members'],
  ['/private/accounts/a/members/0199-someone-of-a', '/private/accounts/b/members'], // of b there is no such member
  ['/private/accounts/a/settings', '/private/accounts/b'], // which the role in b does not open
  ['/private/accounts/a/nothing', '/private/accounts/b'],
  ['/private/accounts/new', '/private/accounts/b'],
  ['/private', '/private/accounts/b'],
  ['/private/settings', '/private/accounts/b'],
  ['/elsewhere/x/y/members', '/private/accounts/b'],
])('from %s another account is entered at %s', (path, there) => {
  expect(samePlaceIn('b', { path, segments: ['', 'projects', 'members'] })).toBe(there)
})
