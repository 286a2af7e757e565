import type { ComponentProps } from 'react'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Anchor } from '@/components/ui/anchor'
import type { Link } from '@/components/ui/link'
import { type AccountPage, pathBelow, sectionPath } from '@/lib/accounts/paths'
import { loginPath, type Page, pagePath, type Route, safePath, withFragment, withQuery } from '@/lib/http/paths'
import type { redirect } from '@/lib/http/redirect'

describe('the path of a link and a redirect', () => {
  test('does not compile unless it is a page', () => {
    expectTypeOf<'/private/settings'>().toExtend<Route>()
    expectTypeOf<'/private/setings'>().not.toExtend<Route>()
    expectTypeOf<`/private/accounts/${string}`>().not.toExtend<Route>()
    expectTypeOf<'/private/accounts/[slug]/member'>().not.toExtend<Page>()
    expectTypeOf<'members/[userId]'>().toExtend<AccountPage>()
    expectTypeOf<'member'>().not.toExtend<AccountPage>()
    expectTypeOf<ComponentProps<typeof Anchor>['href']>().toEqualTypeOf<Route>()
    expectTypeOf<ComponentProps<typeof Link>['href']>().toEqualTypeOf<Route>()
    expectTypeOf<Parameters<typeof redirect>[0]>().toEqualTypeOf<Route>()
  })

  test('has its parameters, query, and fragment', () => {
    expect(pagePath('/private/accounts/[slug]/members/[userId]', 'heron', '1')).toBe('/private/accounts/heron/members/1')
    expect(sectionPath('heron', 'members/[userId]', '1')).toBe('/private/accounts/heron/members/1')
    expect(pathBelow('heron', 'members', 'invitations')).toBe('/private/accounts/heron/members/invitations')
    expect(withFragment(withQuery('/private', { after: '1', search: '' }), 'top')).toBe('/private?after=1#top')
  })
})

describe('safePath', () => {
  test.each([
    ['/private', '/private'],
    ['/private/accounts/blue?x=1&y=ä#top', '/private/accounts/blue?x=1&y=%C3%A4#top'],
    ['/private?next=//evil.example', '/private?next=//evil.example'],
    ['/a/../private', '/private'],
  ])('accepts %s', (value, path) => {
    expect(safePath(value)).toBe(path)
  })

  // ASVS 1.2.2, 1.5.3, 3.7.2
  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    '\t//evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    ' /private',
    'private',
    '',
    '/..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e%2e//evil.example',
    '/%2e//evil.example',
    '//user@evil.example',
    '/\\\\evil.example',
    '/\u0000/../..//evil.example',
    `/${'x'.repeat(3000)}`,
    undefined,
    null,
    7,
    ['/private'],
    { toString: () => '/private' },
  ])('replaces %j with the default', (value) => {
    expect(safePath(value)).toBe('/private')
  })

  test('returns only paths that a browser resolves to the same origin', () => {
    for (const value of ['/..//evil.example', '/\\evil.example', '/private', '/%2e%2e//evil.example', '/a//b']) {
      expect(new URL(safePath(value), 'https://app.example').origin).toBe('https://app.example')
    }
  })
})

// ASVS 1.2.2
test('loginPath encodes the path as callbackUrl', () => {
  expect(loginPath('/private/x?a=1&b=2')).toBe('/login?callbackUrl=%2Fprivate%2Fx%3Fa%3D1%26b%3D2')
  expect(loginPath(null)).toBe('/login?callbackUrl=%2Fprivate')
})
