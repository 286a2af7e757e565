import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import {
  type Answer,
  Browser,
  changesNothing,
  changingNothing,
  expectNoFault,
  ORIGIN,
  PASSWORD,
  registered,
  SESSION_COOKIE,
  signedIn,
  words,
} from './browserless'

// Auth.js's endpoints can do what the forms can, and nothing else.

const SIGN_IN = '/api/auth/callback/credentials'
let person: Awaited<ReturnType<typeof registered>>
beforeAll(async () => {
  person = await registered()
})

async function tokenOf(browser: Browser): Promise<string> {
  return JSON.parse((await browser.get('/api/auth/csrf')).text).csrfToken
}

type Body = Record<string, string> | URLSearchParams
const send = (browser: Browser, path: string, body: Body, headers: Record<string, string> = {}) =>
  browser.request(path, { method: 'POST', body: new URLSearchParams(body), headers })

function expectNobody(answer: Answer, browser: Browser) {
  expectNoFault(answer)
  expect(browser.session).toBeUndefined()
  expect(answer.cookies.filter((line) => line.startsWith(SESSION_COOKIE) && !/=;/.test(line))).toEqual([])
}

describe('signing in by the endpoint', () => {
  test.each([
    {},
    { remember: 'on' },
    { remember: 'true', maxAge: '99999999', expires: '2099-01-01', 'session.maxAge': '99999999' },
  ] as Record<string, string>[])('with the right password and %j makes a session that ends with the browser', async (more) => {
    const browser = new Browser()
    const answer = await send(browser, SIGN_IN, { csrfToken: await tokenOf(browser), email: person.email, password: PASSWORD, ...more })
    expect(answer.status).toBe(302)
    const line = answer.cookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`)) ?? ''
    expect(line).toMatch(/HttpOnly/)
    expect(line).toMatch(/SameSite=Lax/i)
    expect(line).not.toMatch(/expires|max-age|domain/i)
    expect((await browser.get('/private')).text).toContain(person.email)
    const [row] = await asSuperuser<{ remembered: boolean }>('SELECT remembered FROM sessions ORDER BY created_at DESC LIMIT 1')
    expect(row?.remembered).toBe(false)
  })

  test('in a browser that is signed in ends the session that was there, whoever it was of', async () => {
    for (const before of [await signedIn(person), (await registered()).browser]) {
      const copy = before.copy()
      await send(before, SIGN_IN, { csrfToken: await tokenOf(before), email: person.email, password: PASSWORD })
      expect((await before.get('/private')).text).toContain(person.email)
      expect((await copy.get('/private')).location).toBe('/login?callbackUrl=%2Fprivate')
    }
  })

  test.each<[string, (token: string) => Body]>([
    ['no token', () => ({ email: person.email, password: PASSWORD })],
    ['an empty token', () => ({ csrfToken: '', email: person.email, password: PASSWORD })],
    ['a made-up token', () => ({ csrfToken: 'f'.repeat(64), email: person.email, password: PASSWORD })],
    ['a token cut short', (token) => ({ csrfToken: token.slice(0, -1), email: person.email, password: PASSWORD })],
    [
      'two tokens',
      (token) =>
        new URLSearchParams([
          ['csrfToken', token],
          ['csrfToken', 'x'],
          ['email', person.email],
          ['password', PASSWORD],
        ]),
    ],
    ['a token under another name', (token) => ({ 'csrfToken[]': token, email: person.email, password: PASSWORD })],
  ])('with %s signs nobody in', async (_, body) => {
    const browser = new Browser()
    const token = await tokenOf(browser)
    expectNobody(await changesNothing(() => send(browser, SIGN_IN, body(token))), browser)
  })

  test("with another browser's token signs nobody in", async () => {
    const [browser, other] = [new Browser(), new Browser()]
    await tokenOf(browser)
    const csrfToken = await tokenOf(other)
    expectNobody(await changesNothing(() => send(browser, SIGN_IN, { csrfToken, email: person.email, password: PASSWORD })), browser)
  })

  test.each(['x|x', 'f'.repeat(64), `${'f'.repeat(64)}|${'f'.repeat(64)}`, '|', ''])(
    'with the token cookie %j of one’s own making signs nobody in',
    async (cookie) => {
      const browser = new Browser()
      browser.jar.set('authjs.csrf-token', encodeURIComponent(cookie))
      const csrfToken = cookie.split('|')[0] ?? ''
      expectNobody(await changesNothing(() => send(browser, SIGN_IN, { csrfToken, email: person.email, password: PASSWORD })), browser)
    },
  )

  test.each<[string, Record<string, string>]>([
    ['no email', { password: PASSWORD }],
    ['no password', { email: 'EMAIL' }],
    ['empty ones', { email: '', password: '' }],
    ['an address of nobody', { email: 'nobody@example.com', password: PASSWORD }],
    ['names of objects', { 'email[$ne]': '', 'password[$ne]': '' }],
    ['SQL', { email: "' OR 1=1 --", password: "' OR 1=1 --" }],
    ['a user', { id: '1', userId: '1', sub: '1', user: '{"id":"1"}' }],
    ['a session', { sessionId: 'x', sid: 'x' }],
    ['a password of a megabyte', { email: 'EMAIL', password: 'x'.repeat(40_000) }],
    ['an email of a megabyte', { email: 'x'.repeat(40_000), password: PASSWORD }],
    ['JSON for flags', { json: 'true', redirect: 'false', 'email.': 'EMAIL' }],
  ])('with %s signs nobody in', async (_, fields) => {
    const browser = new Browser()
    const csrfToken = await tokenOf(browser)
    const filled = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replace('EMAIL', person.email)]))
    const answer = await changesNothing(() => send(browser, SIGN_IN, { csrfToken, ...filled }))
    expectNobody(answer, browser)
    expect(answer.text).not.toContain(PASSWORD)
  })

  test.each([
    ['email twice, the right one first', 'email=PERSON&email=x@example.com&password=PASSWORD'],
    ['email twice, the right one last', 'email=x@example.com&email=PERSON&password=PASSWORD'],
    ['password twice, the right one last', 'email=PERSON&password=x&password=PASSWORD'],
  ])('with %s signs nobody in, as the form does not', async (_, text) => {
    const browser = new Browser()
    const body = new URLSearchParams(text.replace('PERSON', person.email).replace('PASSWORD', PASSWORD))
    body.append('csrfToken', await tokenOf(browser))
    expectNobody(await changesNothing(() => send(browser, SIGN_IN, body)), browser)
  })

  test.each(words`
    /api/auth/callback/credentials/ /api/auth/callback/credentials/x /api/auth/callback/CREDENTIALS /api/auth/callback
    /api/auth/signin/credentials /api/auth/signin /api/auth/callback/google /api/auth/callback/email /api/auth/callback/__proto__
    /api/auth/callback/constructor /api/auth/webauthn-options/credentials /api/auth/session/credentials /api/auth
  `)('at %s instead signs nobody in', async (path) => {
    const browser = new Browser()
    const csrfToken = await tokenOf(browser)
    const answers = await changesNothing(async () => [
      await send(browser, path, { csrfToken, email: 'nobody@example.com', password: PASSWORD }),
      await browser.get(`${path}?code=x&state=x&token=x&email=${person.email}`),
    ])
    for (const answer of answers) expectNobody(answer, browser)
  })
})

describe('signing out by the endpoint', () => {
  test('with a token ends the session at once, and one without changes nothing', async () => {
    const browser = await signedIn(person)
    const csrfToken = await tokenOf(browser)
    const thief = browser.copy()
    for (const body of [{}, { csrfToken: '' }, { csrfToken: 'f'.repeat(64) }] as Record<string, string>[])
      expectNoFault(await changesNothing(() => send(browser.copy(), '/api/auth/signout', body)))
    expect((await browser.get('/private')).status).toBe(200)
    await send(browser, '/api/auth/signout', { csrfToken })
    expect(browser.session).toBeUndefined()
    expect((await thief.get('/private')).status).toBe(307)
  })

  test('by someone who is not signed in changes nothing', async () => {
    const browser = new Browser()
    const csrfToken = await tokenOf(browser)
    expectNobody(await changesNothing(() => send(browser, '/api/auth/signout', { csrfToken })), browser)
  })
})

describe('what the endpoints tell', () => {
  changingNothing()

  test.each(words`
    nothing signup register users .. %2e%2e/private __proto__ session/x csrf/x providers/x linkAccount update admin debug _log
    signin/__proto__ signin/google signin/email
  `)('/api/auth/%s is refused', async (path) => {
    for (const browser of [new Browser(), person.browser.copy()]) {
      for (const answer of [await browser.get(`/api/auth/${path}`), await send(browser, `/api/auth/${path}`, { csrfToken: 'x' })]) {
        expectNoFault(answer)
        expect(answer.status).not.toBe(200)
        expect(answer.text).not.toContain(person.email)
      }
    }
    expect((await person.browser.get('/private')).status).toBe(200)
  })

  test('is one provider, at this origin', async () => {
    const providers = JSON.parse((await new Browser().get('/api/auth/providers')).text)
    expect(Object.keys(providers)).toEqual(['credentials'])
    for (const url of [providers.credentials.signinUrl, providers.credentials.callbackUrl]) expect(new URL(url).origin).toBe(ORIGIN)
  })

  test('is a token of 256 bits, another for every browser, and not what the cookie is checked by', async () => {
    const browsers = [new Browser(), new Browser()]
    const tokens = await Promise.all(browsers.map(tokenOf))
    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(decodeURIComponent(browsers[0]?.jar.get('authjs.csrf-token') ?? '').split('|')[1]).not.toBe(tokens[0])
  })

  test('is the sign-in page for sign-in, error and verification', async () => {
    for (const path of ['signin', 'error', 'verify-request', 'signin?error=<script>alert(1)</script>', 'error?error=Configuration']) {
      const answer = await new Browser().get(`/api/auth/${path}`)
      expect(new URL(answer.location ?? '', ORIGIN).pathname).toBe('/login')
      const page = await new Browser().get(new URL(answer.location ?? '', ORIGIN).href.slice(ORIGIN.length))
      expect(page.status).toBe(200)
      expect(page.text).not.toContain('<script>alert')
    }
  })

  test('is never kept by a cache, and says who is signed in to them alone', async () => {
    for (const path of ['session', 'csrf', 'providers', 'signin', 'nothing']) {
      const answer = await person.browser.copy().get(`/api/auth/${path}`)
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
    }
    const { user, ...rest } = JSON.parse((await person.browser.get('/api/auth/session')).text)
    expect([Object.keys(user).sort(), Object.keys(rest)]).toEqual([['email', 'name'], ['expires']])
    expect((await new Browser().get('/api/auth/session')).text).toBe('null')
  })
})

describe('the health of the server', () => {
  changingNothing()

  test.each(['live', 'ready'])('/api/health/%s says nothing of how it is made', async (path) => {
    const { status, text } = await person.browser.get(`/api/health/${path}?verbose=1&debug=1`)
    expect(status).toBe(200)
    expect(text).not.toMatch(/\d+\.\d+|postgres|node|next|secret|@/i)
    for (const [, value] of Object.entries(JSON.parse(text).checks ?? {})) expect(value).toBe('ok')
  })
})
