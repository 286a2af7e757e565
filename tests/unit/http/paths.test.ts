import { describe, expect, test } from 'vitest'
import { loginPath, safePath } from '@/lib/http/paths'

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
