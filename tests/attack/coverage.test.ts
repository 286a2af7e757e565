import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { ACTIONS, PAGES_ROUTER, ROUTES } from '../registry/build'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, isPrivate, PRIVATE_NOT_FOUND, USER_ACTIONS } from '../registry/registry'
import { makeWorld, newSuffix, type World } from '../registry/world'
import { expectUnchanged } from '../support/database-state'
import { HttpClient } from '../support/http-client'
import { expectNoServerError } from './attack'
import { clientWithCookie } from './session-cookie'

// Rules for every page, route handler, and server action of the build. The cases come from the registry, so a new page or
// action is covered at once. `npm test -- attack -t "<path or action>"` runs only one.

let world: World
beforeAll(async () => {
  world = await makeWorld({ offered: true })
})

const FOREIGN_SENDERS: Record<string, { origin: string | null; headers?: Record<string, string> }> = {
  'no Origin': { origin: null },
  'a foreign Origin': { origin: 'https://evil.example' },
  'the Origin null': { origin: 'null' },
  'a foreign Origin and a matching X-Forwarded-Host': { origin: 'https://evil.example', headers: { 'x-forwarded-host': 'evil.example' } },
  'Sec-Fetch-Site: cross-site': { origin: null, headers: { 'sec-fetch-site': 'cross-site' } },
  'Sec-Fetch-Site: same-site': { origin: null, headers: { 'sec-fetch-site': 'same-site' } },
}
const DEAD_COOKIES = ['', 'x', 'x.y.z', 'x'.repeat(3000)]

test('the build serves no page from the Pages Router, which the registry does not read', () => {
  const ofNext = ['/404', '/500', '/_app', '/_document', '/_error']
  expect(PAGES_ROUTER.filter((page) => !ofNext.includes(page))).toEqual([])
})

describe.each(ACTIONS.map((action) => [action.name, action] as const))('%s', (name, { id, pages }) => {
  // ASVS 3.5.1
  test('rejects requests from other sites, and changes nothing', async () => {
    const accountAction = ACCOUNT_ACTIONS.find((action) => action.name === name)
    const entry = accountAction ?? USER_ACTIONS.find((action) => action.name === name)
    const client = entry ? world.callers.OWNER.client : new HttpClient()
    const call = {
      id,
      url: urlFor(pages[0] ?? '/'),
      bound: accountAction ? [world.own.slug] : [],
      fields: entry?.fields?.(entry.thing?.(world.own) ?? '', { things: world.own, suffix: newSuffix() }),
    }
    await expectUnchanged(async () => {
      for (const [sender, options] of Object.entries(FOREIGN_SENDERS)) {
        const response = await callAction(client.copy(), call, options)
        expectNoServerError(response)
        expect(response.status, sender).toBeGreaterThanOrEqual(400)
        expect(response.setCookies, sender).toEqual([])
      }
    })
  })
})

describe.each(ROUTES.map((route) => [route.path, route] as const))('%s', (path, route) => {
  const url = () => urlFor(path)

  // ASVS 3.4.2, 3.4.4, 3.4.6, 14.3.2
  test('has the security headers', async () => {
    const { headers } = await world.callers.OWNER.client.copy().get(url())
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src '(self|none)'/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(policy.match(/script-src [^;]*/)?.[0] ?? '').not.toMatch(/unsafe-inline|unsafe-eval|\*|data:|https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toMatch(/^(strict-origin-when-cross-origin|same-origin)$/)
    expect(headers.get('permissions-policy')).toMatch(/camera=\(\)/)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('x-powered-by')).toBeNull()
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    if (isPrivate(route)) expect(headers.get('cache-control')).toBe('private, no-store')
  })

  // ASVS 3.5.1
  test('rejects POST requests from other sites, and changes nothing', async () => {
    await expectUnchanged(async () => {
      for (const [sender, options] of Object.entries(FOREIGN_SENDERS)) {
        const response = await world.callers.OWNER.client.copy().post(url(), { name: 'x', theme: 'dark' }, options)
        expectNoServerError(response)
        expect(response.status, sender).toBeGreaterThanOrEqual(400)
      }
    })
  })
})

describe.each(ROUTES.filter(isPrivate).map(({ path }) => path))('%s', (path) => {
  // ASVS 7.2.1, 8.2.1
  test.each([
    ['a page', {}],
    ['an RSC payload', { rsc: '1' }],
    ['a prefetch', { rsc: '1', 'next-router-prefetch': '1' }],
  ] as [string, Record<string, string>][])('shows nothing without a session, as %s', async (_, headers) => {
    const url = urlFor(path)
    for (const client of [
      ...DEAD_COOKIES.map((cookie) => clientWithCookie(cookie)),
      world.callers.NO_SESSION.client,
      world.callers.ENDED_SESSION.client,
    ]) {
      const response = await client.copy().get(url, headers)
      expectNoServerError(response)
      if (!headers.rsc) expect([response.status, response.location?.split('=')[0]]).toEqual([307, '/login?callbackUrl'])
      for (const secret of [world.own.name, world.own.ownerId]) expect(response.text).not.toContain(secret)
    }
  })
})

// ASVS 7.4.4
test.each(
  ROUTES.filter((route) => isPrivate(route) && route.kind === 'page' && !PRIVATE_NOT_FOUND.includes(route.path)).map(({ path }) => path),
)('%s offers to sign out', async (path) => {
  const response = await world.callers.OWNER.client.copy().get(urlFor(path))
  expect([response.status, response.text.includes('>Sign out<')]).toEqual([200, true])
})

/** @returns a URL of the route, with ids that exist in the owner's account */
function urlFor(path: string): string {
  const thing = ACCOUNT_ROUTES.find((route) => route.path === path)?.thing?.(world.own)
  return path
    .replace('[slug]', world.own.slug)
    .replace('[token]', 'open')
    .replace('[...nextauth]', 'session')
    .replace(/\[\.\.\.\w+\]/, 'nowhere')
    .replace(/\[\w+\]/, thing ?? randomUUID())
}
