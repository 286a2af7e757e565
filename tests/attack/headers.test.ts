import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse, ORIGIN, SESSION_COOKIE, unlessProxied } from '../support/http-client'
import * as labels from '../support/labels'
import { PASSWORD } from '../support/new-user'
import { getRaw, sendRaw } from '../support/raw-http'
import { registerUser } from './attack'

let user: Awaited<ReturnType<typeof registerUser>>
let stranger: Awaited<ReturnType<typeof registerUser>>
let chunk: string
let openGraphImage: string
beforeAll(async () => {
  ;[user, stranger] = [await registerUser(), await registerUser()]
  const home = (await new HttpClient().get('/')).text
  chunk = home.match(/\/_next\/static\/[^"]+\.js/)?.[0] ?? ''
  openGraphImage = home.match(/\/opengraph-image-\w+/)?.[0] ?? ''
})

const anyone = () => new HttpClient()
const host = new URL(ORIGIN).host

const RESPONSES: [string, () => Promise<HttpResponse>][] = [
  ['the home page', () => anyone().get('/')],
  ['the sign-in page', () => anyone().get('/login')],
  ['the registration page', () => anyone().get('/register')],
  ['a private page', () => user.client.get('/private')],
  ['an account page', () => user.client.get(`/private/accounts/${user.slug}`)],
  ['the settings page', () => user.client.get('/private/settings')],
  ['a redirect of the middleware', () => anyone().get('/private')],
  ['a redirect of a page', () => user.client.get('/login')],
  ['a redirect of a form', () => user.client.submit('/private', 'Dark')],
  ['a redirect that removes a trailing slash', () => getRaw('/private/')],
  ['a redirect that removes a double slash', () => getRaw('//private')],
  ['an unknown page', () => anyone().get('/nothing')],
  ['an unknown private page', () => user.client.get('/private/nothing')],
  ['an unknown account', () => user.client.get('/private/accounts/nothing')],
  ["another user's account", () => user.client.get(`/private/accounts/${stranger.slug}`)],
  ['a form with errors', () => anyone().submit('/login', labels.signIn, { email: '', password: '' })],
  [
    'a form from another site',
    () => anyone().submit('/login', labels.signIn, { email: 'x', password: 'x' }, { origin: 'https://evil.example' }),
  ],
  ['an unknown action', () => anyone().request('/login', { method: 'POST', headers: { 'next-action': '40'.repeat(21) }, body: '[]' })],
  ['a body that is too large', () => anyone().request('/login', { method: 'POST', body: 'x'.repeat(100_000) })],
  ...unlessProxied<[string, () => Promise<HttpResponse>]>([
    'a method that the server does not know',
    () => sendRaw(`TRACE / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`),
  ]),
  ['a method that a route does not have', () => anyone().request('/api/health/live', { method: 'DELETE' })],
  ['an RSC payload', () => user.client.get('/private', { rsc: '1' })],
  ['a prefetch', () => anyone().get('/login', { rsc: '1', 'next-router-prefetch': '1' })],
  ['the session endpoint', () => anyone().get('/api/auth/session')],
  ['a redirect of Auth.js', () => anyone().get('/api/auth/signin')],
  ['an error of Auth.js', () => anyone().get('/api/auth/nothing')],
  ['the liveness check', () => anyone().get('/api/health/live')],
  ['the readiness check', () => anyone().get('/api/health/ready')],
  ['the icon', () => anyone().get('/icon')],
  ['the icon for iOS', () => anyone().get('/apple-icon')],
  ['the Open Graph image', () => anyone().get(openGraphImage)],
  ['a script', () => anyone().get(chunk)],
  ['an unknown script', () => anyone().get('/_next/static/nothing.js')],
  ['the image optimizer', () => anyone().get('/_next/image?url=%2Fprivate&w=64&q=75')],
]

// ASVS 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 3.6.1, 3.7.1, 13.4.6, 14.2.3
test.each(RESPONSES)('%s has the security headers', async (_, ask) => {
  const { headers } = await ask()
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/frame-ancestors 'none'/)
  expect(policy).toMatch(/default-src '(self|none)'/)
  expect(policy).toMatch(/default-src 'none'|object-src 'none'/)
  expect(policy).toMatch(/base-uri 'none'/)
  const scripts = policy.match(/script-src [^;]*/)?.[0] ?? ''
  expect(scripts).not.toMatch(/unsafe-inline|unsafe-eval|\*|data:|https?:/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
  expect(headers.get('permissions-policy')).toMatch(/camera=\(\)/)
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('x-powered-by')).toBeNull()
  expect(headers.get('access-control-allow-origin')).toBeNull()
  if (ORIGIN.startsWith('https:')) expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/)
})

// ASVS 3.2.1, 4.1.1
test.each(RESPONSES)('%s names its content type, and the charset of text', async (_, ask) => {
  const { headers, text } = await ask()
  const type = headers.get('content-type') ?? ''
  if (text) expect(type).toMatch(/^[a-z]+\/[\w.+-]+/)
  if (type.startsWith('text/')) expect(type.toLowerCase()).toMatch(/; ?charset=utf-8/)
})

// ASVS 3.5.6
test.each(['/api/auth/session', '/api/auth/csrf', '/api/health/ready'])('%s is JSON, and ignores a JSONP callback', async (path) => {
  const { headers, text } = await anyone().get(`${path}?callback=owned&jsonp=owned`)
  expect(headers.get('content-type')).toMatch(/^application\/json/)
  expect(text).not.toContain('owned')
})

describe('the CSP nonce', () => {
  const nonceOf = ({ headers }: HttpResponse) => headers.get('content-security-policy')?.match(/'nonce-([^']{16,})'/)?.[1]

  // ASVS 3.4.3, 11.5.1
  test.each(['/', '/login', '/register', '/nothing', '/private', '/api/health/live'])('differs in every response of %s', async (path) => {
    const nonces = [await anyone().get(path), await anyone().get(path), await user.client.get(path)].map(nonceOf)
    expect(nonces).not.toContain(undefined)
    expect(new Set(nonces).size).toBe(3)
  })

  // ASVS 1.3.2, 3.4.3
  test.each(['/', '/login', '/register', '/private', '/private/settings', '/private/accounts/new', '/nothing'])(
    'is on every script of %s',
    async (path) => {
      const response = await user.client.copy().get(path)
      for (const [tag] of response.text.matchAll(/<script\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonceOf(response)}"`)
      expect(response.text).not.toMatch(/<[a-z][^>]* on[a-z]+="/)
      expect(response.text).not.toMatch(/(href|src|action)="javascript:/i)
    },
  )

  test.each(['x-nonce', 'content-security-policy'])('cannot be set with the header %s', async (name) => {
    const response = await anyone().get('/', { [name]: name === 'x-nonce' ? 'chosen' : "script-src 'nonce-chosen' 'unsafe-inline'" })
    expect(response.headers.get('content-security-policy')).not.toMatch(/chosen|script-src[^;]*unsafe-inline/)
    expect(response.text).not.toContain('chosen')
  })
})

// ASVS 14.2.2, 14.3.2
describe('no cache stores a response below /private', () => {
  test.each([
    ['a page', '/private', {}, true],
    ['an account', '/private/accounts/SLUG', {}, true],
    ['the settings', '/private/settings', {}, true],
    ['a form', '/private/accounts/new', {}, true],
    ['an unknown page', '/private/nothing', {}, true],
    ['an unknown account', '/private/accounts/nothing', {}, true],
    ["another user's account", '/private/accounts/STRANGER', {}, true],
    ['an RSC payload', '/private', { rsc: '1' }, true],
    ['a prefetch', '/private/settings', { rsc: '1', 'next-router-prefetch': '1' }, true],
    ['a redirect', '/private', {}, false],
    ['a redirect that removes a trailing slash', '/private/', {}, true],
    ['an RSC payload without a session', '/private/settings', { rsc: '1' }, false],
  ] as const)('%s: %s %j', async (_, path, headers, isSignedIn) => {
    const client = isSignedIn ? user.client : anyone()
    const response = await client.get(path.replace('SLUG', user.slug).replace('STRANGER', stranger.slug), headers)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })
})

describe('a cookie', () => {
  const lineOf = ({ setCookies }: HttpResponse, name: string) => setCookies.filter((line) => line.startsWith(`${name}=`)).at(-1) ?? ''
  const expectAttributes = (line: string) => {
    expect(line).toMatch(/; HttpOnly/i)
    expect(line).toMatch(/; SameSite=Lax/i)
    expect(line).toMatch(/; Path=\/(;|$)/i)
    expect(line).not.toMatch(/domain=/i)
    expect(/; Secure/i.test(line)).toBe(ORIGIN.startsWith('https:'))
  }

  // ASVS 3.3.2, 3.3.4, 14.3.3
  test('for a session ends with the browser, and contains nothing in plain text', async () => {
    const response = await anyone().submit('/login', labels.signIn, { email: user.email, password: PASSWORD })
    const line = lineOf(response, SESSION_COOKIE)
    expectAttributes(line)
    expect(line).not.toMatch(/expires|max-age/i)
    expect(decodeURIComponent(line)).not.toContain(user.email)
    for (const part of line.split(/[=.;]/)) expect(Buffer.from(part, 'base64url').toString()).not.toMatch(/sid|@example/)
  })

  // ASVS 7.3.2
  test('for a remembered session lasts sixty days', async () => {
    const line = lineOf(
      await anyone().submit('/login', labels.signIn, { email: user.email, password: PASSWORD, remember: 'on' }),
      SESSION_COOKIE,
    )
    expectAttributes(line)
    const expires = Date.parse(line.match(/expires=([^;]+)/i)?.[1] ?? '')
    expect(Math.round((expires - Date.now()) / 86_400_000)).toBe(60)
  })

  // ASVS 3.3.2, 3.3.4
  test.each([
    ['the theme', 'atrium.theme', () => anyone().submit('/', 'Theme')],
    ['the CSRF token', 'authjs.csrf-token', () => anyone().get('/api/auth/csrf')],
    ['the callbackUrl', 'authjs.callback-url', () => anyone().get('/api/auth/csrf')],
  ] as const)('for %s has the same attributes', async (_, name, ask) => {
    expectAttributes(lineOf(await expectUnchanged(ask), name))
  })

  // ASVS 3.3.5
  test.each([
    `/api/auth/signin?callbackUrl=/private/${'x'.repeat(6000)}`,
    `/login?callbackUrl=/private/${'x'.repeat(6000)}`,
    `/invitations/${'x'.repeat(43)}`,
    `/private?next=${'x'.repeat(6000)}`,
  ])('stays under the 4 kB that a browser stores, after %.30s', async (path) => {
    for (const line of (await anyone().get(path)).setCookies) expect(line.split(';')[0]?.length).toBeLessThanOrEqual(4096)
  })

  test('is not set for visitors who only read pages', async () => {
    for (const path of ['/', '/login', '/register', '/private', '/nothing', '/api/health/live', '/api/health/ready'])
      expect((await anyone().get(path)).setCookies).toEqual([])
  })
})
