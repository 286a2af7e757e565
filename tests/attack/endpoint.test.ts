import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { expectUnchanged, expectUnchangedAfterAll } from '../support/database-state'
import { HttpClient, type HttpResponse, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import { PASSWORD } from '../support/new-user'
import { expectNoServerError, registerUser, signIn, words } from './attack'

// The endpoints of Auth.js follow the same rules as the forms, and allow nothing more.

const SIGN_IN = '/api/auth/callback/credentials'
let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})

async function tokenOf(client: HttpClient): Promise<string> {
  return JSON.parse((await client.get('/api/auth/csrf')).text).csrfToken
}

type Body = Record<string, string> | URLSearchParams
const send = (client: HttpClient, path: string, body: Body, headers: Record<string, string> = {}) =>
  client.request(path, { method: 'POST', body: new URLSearchParams(body), headers })

function expectSignedOut(response: HttpResponse, client: HttpClient) {
  expectNoServerError(response)
  expect(client.session).toBeUndefined()
  expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE) && !/=;/.test(line))).toEqual([])
}

describe('signing in with the endpoint', () => {
  // ASVS 15.3.3
  test.each([
    {},
    { remember: 'on' },
    { remember: 'true', maxAge: '99999999', expires: '2099-01-01', 'session.maxAge': '99999999' },
  ] as Record<string, string>[])('starts a session that ends with the browser, with the correct password and %j', async (more) => {
    const client = new HttpClient()
    const response = await send(client, SIGN_IN, { csrfToken: await tokenOf(client), email: user.email, password: PASSWORD, ...more })
    expect(response.status).toBe(302)
    const line = response.setCookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`)) ?? ''
    expect(line).toMatch(/HttpOnly/)
    expect(line).toMatch(/SameSite=Lax/i)
    expect(line).not.toMatch(/expires|max-age|domain/i)
    expect((await client.get('/private')).text).toContain(user.email)
    const [row] = await asSuperuser<{ remembered: boolean }>('SELECT remembered FROM sessions ORDER BY created_at DESC LIMIT 1')
    expect(row?.remembered).toBe(false)
  })

  // ASVS 7.2.4
  test('ends the browser’s previous session, of the same user or another', async () => {
    for (const before of [await signIn(user), (await registerUser()).client]) {
      const copy = before.copy()
      await send(before, SIGN_IN, { csrfToken: await tokenOf(before), email: user.email, password: PASSWORD })
      expect((await before.get('/private')).text).toContain(user.email)
      expect((await copy.get('/private')).location).toBe('/login?callbackUrl=%2Fprivate')
    }
  })

  // ASVS 3.5.1
  test.each<[string, (token: string) => Body]>([
    ['no token', () => ({ email: user.email, password: PASSWORD })],
    ['an empty token', () => ({ csrfToken: '', email: user.email, password: PASSWORD })],
    ['a made-up token', () => ({ csrfToken: 'f'.repeat(64), email: user.email, password: PASSWORD })],
    ['a token cut short', (token) => ({ csrfToken: token.slice(0, -1), email: user.email, password: PASSWORD })],
    [
      'two tokens',
      (token) =>
        new URLSearchParams([
          ['csrfToken', token],
          ['csrfToken', 'x'],
          ['email', user.email],
          ['password', PASSWORD],
        ]),
    ],
    ['a token under another name', (token) => ({ 'csrfToken[]': token, email: user.email, password: PASSWORD })],
  ])('signs no one in with %s', async (_, body) => {
    const client = new HttpClient()
    const token = await tokenOf(client)
    expectSignedOut(await expectUnchanged(() => send(client, SIGN_IN, body(token))), client)
  })

  // ASVS 3.5.1
  test('signs no one in with another browser’s CSRF token', async () => {
    const [client, other] = [new HttpClient(), new HttpClient()]
    await tokenOf(client)
    const csrfToken = await tokenOf(other)
    expectSignedOut(await expectUnchanged(() => send(client, SIGN_IN, { csrfToken, email: user.email, password: PASSWORD })), client)
  })

  test.each(['x|x', 'f'.repeat(64), `${'f'.repeat(64)}|${'f'.repeat(64)}`, '|', ''])(
    'signs no one in with the made-up CSRF cookie %j',
    async (cookie) => {
      const client = new HttpClient()
      client.cookies.set('authjs.csrf-token', encodeURIComponent(cookie))
      const csrfToken = cookie.split('|')[0] ?? ''
      expectSignedOut(await expectUnchanged(() => send(client, SIGN_IN, { csrfToken, email: user.email, password: PASSWORD })), client)
    },
  )

  test.each<[string, Record<string, string>]>([
    ['no email', { password: PASSWORD }],
    ['no password', { email: 'EMAIL' }],
    ['an empty email and password', { email: '', password: '' }],
    ['an unknown email', { email: 'unknown@example.com', password: PASSWORD }],
    ['operators in field names', { 'email[$ne]': '', 'password[$ne]': '' }],
    ['SQL', { email: "' OR 1=1 --", password: "' OR 1=1 --" }],
    ['the id of a user', { id: '1', userId: '1', sub: '1', user: '{"id":"1"}' }],
    ['the id of a session', { sessionId: 'x', sid: 'x' }],
    ['a password of 40 kB', { email: 'EMAIL', password: 'x'.repeat(40_000) }],
    ['an email of 40 kB', { email: 'x'.repeat(40_000), password: PASSWORD }],
    ['flags of Auth.js', { json: 'true', redirect: 'false', 'email.': 'EMAIL' }],
  ])('signs no one in with %s', async (_, fields) => {
    const client = new HttpClient()
    const csrfToken = await tokenOf(client)
    const filled = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replace('EMAIL', user.email)]))
    const response = await expectUnchanged(() => send(client, SIGN_IN, { csrfToken, ...filled }))
    expectSignedOut(response, client)
    expect(response.text).not.toContain(PASSWORD)
  })

  test.each([
    ['two emails, the correct one first', 'email=PERSON&email=x@example.com&password=PASSWORD'],
    ['two emails, the correct one last', 'email=x@example.com&email=PERSON&password=PASSWORD'],
    ['two passwords, the correct one last', 'email=PERSON&password=x&password=PASSWORD'],
  ])('rejects a repeated field: %s', async (_, text) => {
    const client = new HttpClient()
    const body = new URLSearchParams(text.replace('PERSON', user.email).replace('PASSWORD', PASSWORD))
    body.append('csrfToken', await tokenOf(client))
    expectSignedOut(await expectUnchanged(() => send(client, SIGN_IN, body)), client)
  })

  // ASVS 6.3.4
  test.each(words`
    /api/auth/callback/credentials/ /api/auth/callback/credentials/x /api/auth/callback/CREDENTIALS /api/auth/callback
    /api/auth/signin/credentials /api/auth/signin /api/auth/callback/google /api/auth/callback/email /api/auth/callback/__proto__
    /api/auth/callback/constructor /api/auth/webauthn-options/credentials /api/auth/session/credentials /api/auth
  `)('signs no one in at %s', async (path) => {
    const client = new HttpClient()
    const csrfToken = await tokenOf(client)
    const responses = await expectUnchanged(async () => [
      await send(client, path, { csrfToken, email: 'unknown@example.com', password: PASSWORD }),
      await client.get(`${path}?code=x&state=x&token=x&email=${user.email}`),
    ])
    for (const response of responses) expectSignedOut(response, client)
  })
})

describe('signing out with the endpoint', () => {
  test('ends the session with a CSRF token, and changes nothing without one', async () => {
    const client = await signIn(user)
    const csrfToken = await tokenOf(client)
    const thief = client.copy()
    for (const body of [{}, { csrfToken: '' }, { csrfToken: 'f'.repeat(64) }] as Record<string, string>[])
      expectNoServerError(await expectUnchanged(() => send(client.copy(), '/api/auth/signout', body)))
    expect((await client.get('/private')).status).toBe(200)
    await send(client, '/api/auth/signout', { csrfToken })
    expect(client.session).toBeUndefined()
    expect((await thief.get('/private')).status).toBe(307)
  })

  test('changes nothing without a session', async () => {
    const client = new HttpClient()
    const csrfToken = await tokenOf(client)
    expectSignedOut(await expectUnchanged(() => send(client, '/api/auth/signout', { csrfToken })), client)
  })
})

describe('the endpoints of Auth.js', () => {
  expectUnchangedAfterAll()

  test.each(words`
    nothing signup register users .. %2e%2e/private __proto__ session/x csrf/x providers/x linkAccount update admin debug _log
    signin/__proto__ signin/google signin/email
  `)('reject /api/auth/%s', async (path) => {
    for (const client of [new HttpClient(), user.client.copy()]) {
      for (const response of [await client.get(`/api/auth/${path}`), await send(client, `/api/auth/${path}`, { csrfToken: 'x' })]) {
        expectNoServerError(response)
        expect(response.status).not.toBe(200)
        expect(response.text).not.toContain(user.email)
      }
    }
    expect((await user.client.get('/private')).status).toBe(200)
  })

  // ASVS 6.3.4
  test('list one provider, at this origin', async () => {
    const providers = JSON.parse((await new HttpClient().get('/api/auth/providers')).text)
    expect(Object.keys(providers)).toEqual(['credentials'])
    for (const url of [providers.credentials.signinUrl, providers.credentials.callbackUrl]) expect(new URL(url).origin).toBe(ORIGIN)
  })

  test('give each browser its own 256-bit CSRF token, which differs from the cookie', async () => {
    const clients = [new HttpClient(), new HttpClient()]
    const tokens = await Promise.all(clients.map(tokenOf))
    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(decodeURIComponent(clients[0]?.cookies.get('authjs.csrf-token') ?? '').split('|')[1]).not.toBe(tokens[0])
  })

  test('redirect to the sign-in page for sign-in, errors, and verification', async () => {
    for (const path of ['signin', 'error', 'verify-request', 'signin?error=<script>alert(1)</script>', 'error?error=Configuration']) {
      const response = await new HttpClient().get(`/api/auth/${path}`)
      expect(new URL(response.location ?? '', ORIGIN).pathname).toBe('/login')
      const page = await new HttpClient().get(new URL(response.location ?? '', ORIGIN).href.slice(ORIGIN.length))
      expect(page.status).toBe(200)
      expect(page.text).not.toContain('<script>alert')
    }
  })

  // ASVS 14.3.2, 15.3.1
  test('are not cached, and show the user’s email and name only to that user', async () => {
    for (const path of ['session', 'csrf', 'providers', 'signin', 'nothing']) {
      const response = await user.client.copy().get(`/api/auth/${path}`)
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    }
    const { user: shown, ...rest } = JSON.parse((await user.client.get('/api/auth/session')).text)
    expect([Object.keys(shown).sort(), Object.keys(rest)]).toEqual([['email', 'name'], ['expires']])
    expect((await new HttpClient().get('/api/auth/session')).text).toBe('null')
  })
})

describe('health checks', () => {
  expectUnchangedAfterAll()

  // ASVS 13.4.5, 13.4.6
  test.each(['live', 'ready'])('/api/health/%s reveals nothing about the server', async (path) => {
    const { status, text } = await user.client.get(`/api/health/${path}?verbose=1&debug=1`)
    expect(status).toBe(200)
    expect(text).not.toMatch(/\d+\.\d+|postgres|node|next|secret|@/i)
    for (const [, value] of Object.entries(JSON.parse(text).checks ?? {})) expect(value).toBe('ok')
  })
})
