import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import { PASSWORD } from '../support/new-user'
import { getRaw, sendRaw } from '../support/raw-http'
import { registerUser } from './attack'

let user: Awaited<ReturnType<typeof registerUser>>
let chunk: string
beforeAll(async () => {
  user = await registerUser()
  chunk = (await new HttpClient().get('/')).text.match(/\/_next\/static\/[^"]+\.js/)?.[0] ?? ''
})

const anyone = () => new HttpClient()
const host = new URL(ORIGIN).host

const ANSWERS: [string, () => Promise<HttpResponse>][] = [
  ['the home page', () => anyone().get('/')],
  ['the sign-in page', () => anyone().get('/login')],
  ['the registration page', () => anyone().get('/register')],
  ['a private page', () => user.client.get('/private')],
  ["an account's page", () => user.client.get(`/private/accounts/${user.slug}`)],
  ['the settings', () => user.client.get('/private/settings')],
  ['the redirect of the gate', () => anyone().get('/private')],
  ['the redirect of a page', () => user.client.get('/login')],
  ['the redirect of a form', () => user.client.submit('/private', 'Theme')],
  ['the redirect to a path without its last slash', () => getRaw('/private/')],
  ['the redirect to a path without double slashes', () => getRaw('//private')],
  ['a page that is not there', () => anyone().get('/nothing')],
  ['a private page that is not there', () => user.client.get('/private/nothing')],
  ["a stranger's account", () => user.client.get('/private/accounts/nothing')],
  ['a form in error', () => anyone().submit('/login', 'Sign in', { email: '', password: '' })],
  [
    'a form from another site',
    () => anyone().submit('/login', 'Sign in', { email: 'x', password: 'x' }, { origin: 'https://evil.example' }),
  ],
  ['an action that is none', () => anyone().request('/login', { method: 'POST', headers: { 'next-action': '40'.repeat(21) }, body: '[]' })],
  ['a body too large', () => anyone().request('/login', { method: 'POST', body: 'x'.repeat(100_000) })],
  ['a method that is none', () => sendRaw(`TRACE / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)],
  ['a method that a route does not have', () => anyone().request('/api/health/live', { method: 'DELETE' })],
  ['a payload for the router', () => user.client.get('/private', { rsc: '1' })],
  ['a prefetch', () => anyone().get('/login', { rsc: '1', 'next-router-prefetch': '1' })],
  ['the session endpoint', () => anyone().get('/api/auth/session')],
  ['a redirect of Auth.js', () => anyone().get('/api/auth/signin')],
  ['an error of Auth.js', () => anyone().get('/api/auth/nothing')],
  ['the health of the process', () => anyone().get('/api/health/live')],
  ['the readiness', () => anyone().get('/api/health/ready')],
  ['the icon', () => anyone().get('/icon')],
  ['the Open Graph image', () => anyone().get('/opengraph-image')],
  ['a script', () => anyone().get(chunk)],
  ['a script that is not there', () => anyone().get('/_next/static/nothing.js')],
  ['the image optimiser', () => anyone().get('/_next/image?url=%2Fprivate&w=64&q=75')],
]

// ASVS 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 3.6.1, 3.7.1, 13.4.6, 14.2.3
test.each(ANSWERS)('%s carries the security headers', async (_, ask) => {
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
test.each(ANSWERS)('%s names the type of its body, and the charset of a text', async (_, ask) => {
  const { headers, text } = await ask()
  const type = headers.get('content-type') ?? ''
  if (text) expect(type).toMatch(/^[a-z]+\/[\w.+-]+/)
  if (type.startsWith('text/')) expect(type.toLowerCase()).toMatch(/; ?charset=utf-8/)
})

// ASVS 3.5.6
test.each(['/api/auth/session', '/api/auth/csrf', '/api/health/ready'])(
  '%s is JSON, and never a call that the request names',
  async (path) => {
    const { headers, text } = await anyone().get(`${path}?callback=owned&jsonp=owned`)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(text).not.toContain('owned')
  },
)

describe('the nonce', () => {
  const nonceOf = ({ headers }: HttpResponse) => headers.get('content-security-policy')?.match(/'nonce-([^']{16,})'/)?.[1]

  // ASVS 3.4.3, 11.5.1
  test.each(['/', '/login', '/register', '/nothing', '/private', '/api/health/live'])('is another in each answer of %s', async (path) => {
    const nonces = [await anyone().get(path), await anyone().get(path), await user.client.get(path)].map(nonceOf)
    expect(nonces).not.toContain(undefined)
    expect(new Set(nonces).size).toBe(3)
  })

  // ASVS 1.3.2, 3.4.3
  test.each(['/', '/login', '/register', '/private', '/private/settings', '/private/accounts/new', '/nothing'])(
    'stands on every script of %s',
    async (path) => {
      const response = await user.client.copy().get(path)
      for (const [tag] of response.text.matchAll(/<script\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonceOf(response)}"`)
      expect(response.text).not.toMatch(/<[a-z][^>]* on[a-z]+="/)
      expect(response.text).not.toMatch(/(href|src|action)="javascript:/i)
    },
  )

  test.each(['x-nonce', 'content-security-policy'])('cannot be chosen by sending %s', async (name) => {
    const response = await anyone().get('/', { [name]: name === 'x-nonce' ? 'chosen' : "script-src 'nonce-chosen' 'unsafe-inline'" })
    expect(response.headers.get('content-security-policy')).not.toMatch(/chosen|script-src[^;]*unsafe-inline/)
    expect(response.text).not.toContain('chosen')
  })
})

// ASVS 14.2.2, 14.3.2
describe('nothing below /private is kept by a cache', () => {
  test.each([
    ['a page', '/private', {}, true],
    ['an account', '/private/accounts/SLUG', {}, true],
    ['the settings', '/private/settings', {}, true],
    ['a form', '/private/accounts/new', {}, true],
    ['a page that is not there', '/private/nothing', {}, true],
    ["a stranger's account", '/private/accounts/nobody-has-this', {}, true],
    ['a payload', '/private', { rsc: '1' }, true],
    ['a prefetch', '/private/settings', { rsc: '1', 'next-router-prefetch': '1' }, true],
    ['a redirect', '/private', {}, false],
    ['a redirect of a path', '/private/', {}, true],
    ['a payload without a session', '/private/settings', { rsc: '1' }, false],
  ] as const)('%s: %s %j', async (_, path, headers, isSignedIn) => {
    const { client, slug } = user
    const response = await (isSignedIn ? client : anyone()).get(path.replace('SLUG', slug), headers)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })
})

describe('a cookie', () => {
  const lineOf = ({ setCookies }: HttpResponse, name: string) => setCookies.filter((line) => line.startsWith(`${name}=`)).at(-1) ?? ''
  const expectBound = (line: string) => {
    expect(line).toMatch(/; HttpOnly/i)
    expect(line).toMatch(/; SameSite=Lax/i)
    expect(line).toMatch(/; Path=\/(;|$)/i)
    expect(line).not.toMatch(/domain=/i)
    expect(/; Secure/i.test(line)).toBe(ORIGIN.startsWith('https:'))
  }

  // ASVS 3.3.2, 3.3.4, 14.3.3
  test('of a session ends with the browser, and says nothing in clear', async () => {
    const response = await anyone().submit('/login', 'Sign in', { email: user.email, password: PASSWORD })
    const line = lineOf(response, SESSION_COOKIE)
    expectBound(line)
    expect(line).not.toMatch(/expires|max-age/i)
    expect(decodeURIComponent(line)).not.toContain(user.email)
    for (const part of line.split(/[=.;]/)) expect(Buffer.from(part, 'base64url').toString()).not.toMatch(/sid|@example/)
  })

  // ASVS 7.3.2
  test('of a remembered session lasts sixty days', async () => {
    const line = lineOf(
      await anyone().submit('/login', 'Sign in', { email: user.email, password: PASSWORD, remember: 'on' }),
      SESSION_COOKIE,
    )
    expectBound(line)
    const expires = Date.parse(line.match(/expires=([^;]+)/i)?.[1] ?? '')
    expect(Math.round((expires - Date.now()) / 86_400_000)).toBe(60)
  })

  // ASVS 3.3.2, 3.3.4
  test.each([
    ['the appearance', 'atrium.theme', () => anyone().submit('/', 'Theme')],
    ['the token against other sites', 'authjs.csrf-token', () => anyone().get('/api/auth/csrf')],
    ['where to go next', 'authjs.callback-url', () => anyone().get('/api/auth/csrf')],
  ] as const)('of %s is bound as well', async (_, name, ask) => {
    expectBound(lineOf(await expectUnchanged(ask), name))
  })

  // ASVS 3.3.5
  test.each([
    `/api/auth/signin?callbackUrl=/private/${'x'.repeat(6000)}`,
    `/login?callbackUrl=/private/${'x'.repeat(6000)}`,
    `/invitations/${'x'.repeat(43)}`,
    `/private?next=${'x'.repeat(6000)}`,
  ])('is no longer than a browser stores, for %.30s', async (path) => {
    for (const line of (await anyone().get(path)).setCookies) expect(line.split(';')[0]?.length).toBeLessThanOrEqual(4096)
  })

  test('is not set on anyone who only looks', async () => {
    for (const path of ['/', '/login', '/register', '/private', '/nothing', '/api/health/live', '/api/health/ready'])
      expect((await anyone().get(path)).setCookies).toEqual([])
  })
})
