import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchangedAfterAll } from '../support/database-state'
import { destination, HttpClient, hiddenFields, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD } from '../support/new-user'
import { getRaw, sendRaw } from '../support/raw-http'
import { expectNoServerError, registerUser, words } from './attack'

// Redirects stay on this origin, whatever a link, a form, or a header says (ASVS 3.7.2).

const HOSTILE = [
  ...words`
    //evil.example ///evil.example ////evil.example/x /\evil.example \\evil.example \/evil.example /\/evil.example /\\evil.example
    https://evil.example HTTPS://EVIL.EXAMPLE https:evil.example https:/evil.example http:\\evil.example ftp://evil.example vbscript:x
    javascript:alert(1) JaVaScRiPt:alert(1) data:text/html,<script>alert(1)</script> /..//evil.example /.//evil.example /x/..//evil.example
    /private/..//evil.example /%2e%2e//evil.example /%2E//evil.example /..\\evil.example //user@evil.example //evil.example:80 //[::1]
    /%09/evil.example /%5cevil.example /%2f/evil.example ／／evil.example evil.example @evil.example ? # null
    ${ORIGIN}@evil.example ${ORIGIN}.evil.example ${ORIGIN}/private
  `,
  ...['/\t/', '/\n/', '/\r\n/', '\t//', ' //', '\u0000//', '/\u0000/', '/\u200b/'].map((start) => `${start}evil.example`),
  ...['java\nscript:alert(1)', ' javascript:alert(1)', '', `//${'x'.repeat(3000)}`],
]
const COSTLY = ['/\\evil.example', '/..//evil.example', 'https://evil.example', 'javascript:alert(1)', `${ORIGIN}@evil.example`] // each costs a password hash

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})

function expectHere(where: string | null | undefined, message?: string) {
  const url = new URL(where ?? '', ORIGIN)
  expect(url.origin, message ?? String(where)).toBe(ORIGIN)
  // A proxy and then the browser may resolve a relative location: /..//host is a path the first time, and a host the second.
  if (where?.startsWith('/')) expect(new URL(`${url.pathname}${url.search}`, ORIGIN).origin, `${where}, resolved once more`).toBe(ORIGIN)
}

describe('a hostile callbackUrl in a link', () => {
  expectUnchangedAfterAll()

  // ASVS 1.2.2, 3.7.2
  test.each(HOSTILE)('leads no link or form of the page to another origin: %j', async (callbackUrl) => {
    for (const [page, button] of [
      ['/login', labels.signIn],
      ['/register', labels.createAccount],
    ] as const) {
      const { status, text } = await new HttpClient().get(`${page}?callbackUrl=${encodeURIComponent(callbackUrl)}`)
      expect(status).toBe(200)
      expectHere(hiddenFields(text, button).callbackUrl)
      for (const [, href = ''] of text.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)) {
        expectHere(href)
        expectHere(new URL(href, ORIGIN).searchParams.get('callbackUrl'))
      }
    }
  })

  // ASVS 3.7.2
  test.each(HOSTILE)('keeps a signed-in user on this origin: %j', async (callbackUrl) => {
    const response = await user.client.get(`/login?callbackUrl=${encodeURIComponent(callbackUrl)}`)
    expect(response.status).toBe(307)
    expectHere(response.location)
  })

  test('keeps a signed-in user on this origin when given twice', async () => {
    expectHere((await user.client.get('/login?callbackUrl=//evil.example&callbackUrl=https://evil.example')).location)
  })
})

describe('a hostile callbackUrl in a form', () => {
  // ASVS 3.7.2
  test.each(COSTLY)('stays on this origin after sign-in: %j', async (callbackUrl) => {
    const client = new HttpClient()
    const response = await client.submit('/login', labels.signIn, { email: user.email, password: PASSWORD, callbackUrl })
    expect(response.status).toBe(303)
    expectHere(response.location)
    expect((await client.get('/private')).status).toBe(200)
  })

  test.each(COSTLY.slice(0, 2))('stays on this origin after registration: %j', async (callbackUrl) => {
    const { accountName, email, password } = newUser()
    const response = await new HttpClient().submit('/register', labels.createAccount, { accountName, email, password, callbackUrl })
    expect(response.status).toBe(303)
    expectHere(response.location)
  })

  // ASVS 1.2.1, 3.7.2
  test.each([
    ['given twice, the hostile one first', ['//evil.example', '/private']],
    ['given twice, the hostile one last', ['/private', '//evil.example']],
    ['given as a file', new Blob(['//evil.example'])],
    ['with line breaks that would add a header', '/private\r\nSet-Cookie: owned=1'],
  ])('never redirects to another origin: %s', async (_, callbackUrl) => {
    const response = await new HttpClient().submit('/login', labels.signIn, { email: user.email, password: PASSWORD, callbackUrl })
    expectNoServerError(response)
    if (response.location) expectHere(response.location)
    expect(response.setCookies.join()).not.toContain('owned')
  })
})

// ASVS 3.7.2
describe('the endpoints of Auth.js redirect within this origin', () => {
  const paths = ['signin', 'signin/credentials', 'signout', 'error', 'verify-request', 'callback/credentials', 'callback/evil', 'csrf']
  const values = [
    '//evil.example',
    'https://evil.example',
    `${ORIGIN}@evil.example`,
    '/\\evil.example',
    'javascript:alert(1)',
    '/private\r\nX: y',
  ]

  describe('for a GET', () => {
    expectUnchangedAfterAll()
    test.each(paths.flatMap((path) => values.map((value) => [path, value] as const)))('to /api/auth/%s with %j', async (path, value) => {
      const callbackUrl = encodeURIComponent(value)
      const client = new HttpClient()
      const response = await client.get(`/api/auth/${path}?callbackUrl=${callbackUrl}&redirectTo=${callbackUrl}&error=${callbackUrl}`)
      expectNoServerError(response)
      expectHere(response.location)
      expectHere(decodeURIComponent(client.cookies.get('authjs.callback-url') ?? ''))
      const { pathname, search } = destination(response)
      if (pathname === '/login') expectHere((await client.form(`${pathname}${search}`, labels.signIn)).callbackUrl)
    })

    test.each(values)('with %j in the cookie', async (value) => {
      const client = new HttpClient()
      client.cookies.set('authjs.callback-url', encodeURIComponent(value))
      for (const path of ['signin', 'signout', 'csrf', 'session']) {
        const response = await client.get(`/api/auth/${path}`)
        expectNoServerError(response)
        expectHere(response.location)
      }
    })
  })

  test.each(COSTLY)('after sign-in and sign-out with %j', async (callbackUrl) => {
    const client = new HttpClient()
    const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
    const body = () => new URLSearchParams({ csrfToken, email: user.email, password: PASSWORD, callbackUrl })
    for (const path of ['callback/credentials', 'signout']) {
      const response = await client.request(`/api/auth/${path}`, { method: 'POST', body: body() })
      expectNoServerError(response)
      expectHere(response.location)
    }
  })
})

const PROTECTED = words`
  /private /private?a=1&b=2 /private/settings /private/settings?tab=profile /private/accounts/new /private/accounts/anything
  /private/not/there /private?callbackUrl=%2F%2Fevil.example /private/accounts/b%C3%BCro?q=%20x
  /private/settings?next=https%3A%2F%2Fevil.example%2F /private/settings/data/export
`

describe('a protected path', () => {
  expectUnchangedAfterAll()

  // ASVS 1.2.2
  test.each(PROTECTED)('redirects to sign-in and back without a cookie: %s', async (path) => {
    const response = await new HttpClient().get(path)
    expect(response.status).toBe(307)
    expect(response.location).toMatch(/^\/login\?callbackUrl=%2F[^/?&#\s]*$/)
    const { callbackUrl } = await new HttpClient().form(response.location ?? '', labels.signIn)
    const [wanted, back] = [new URL(path, ORIGIN), new URL(callbackUrl ?? '', ORIGIN)]
    expect(back.pathname).toBe(wanted.pathname)
    expect([...back.searchParams]).toEqual([...wanted.searchParams])
  })

  test.each(PROTECTED)('redirects in the same way with an invalid cookie: %s', async (path) => {
    const dead = new HttpClient()
    dead.cookies.set(SESSION_COOKIE, 'dead')
    const [response, without] = [await dead.get(path), await new HttpClient().get(path)]
    expect([response.status, response.location]).toEqual([307, without.location])
  })
})

// ASVS 4.1.3
describe('a redirect ignores the request’s headers and target', () => {
  expectUnchangedAfterAll()

  test.each([
    'Host: evil.example',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: javascript',
    'Forwarded: host=evil.example;proto=https',
    'X-Original-Host: evil.example',
    'X-Forwarded-Port: 1',
    'X-Host: evil.example',
    'X-Rewrite-URL: //evil.example',
    'X-Original-URL: //evil.example',
    'X-Forwarded-Prefix: //evil.example',
    'Referer: https://evil.example/',
  ])('%s', async (line) => {
    const own = line.startsWith('Host') ? [] : [`Host: ${new URL(ORIGIN).host}`]
    for (const path of ['/private', '/private/', '/api/auth/signin', '/api/auth/signout', '/api/auth/callback/credentials']) {
      const response = await sendRaw([`GET ${path} HTTP/1.1`, ...own, 'Connection: close', line, '', ''].join('\n'))
      expectNoServerError(response)
      expectHere(response.location)
    }
  })

  test('another host gets a 421, even for static files, and only health checks are answered', async () => {
    const chunk = (await new HttpClient().get('/')).text.match(/\/_next\/static\/[^"]+\.js/)?.[0] ?? ''
    const at = async (host: string, path: string) => (await sendRaw(`GET ${path} HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)).status
    expect(await at(new URL(ORIGIN).host, chunk)).toBe(200)
    for (const path of [chunk, `${chunk}?/api/health/live`, '/_next/static/nothing.js', '/_next/image?url=%2Ficon&w=64&q=75', '/icon', '/'])
      expect(await at('evil.example', path), path).toBe(421)
    for (const path of ['/api/health/live', '/api/health/ready?now']) expect(await at('evil.example', path), path).toBe(200)
  })

  test.each([
    'http://evil.example/',
    'http://evil.example/private',
    'https://evil.example//private',
    '//evil.example/',
    '///evil.example//',
    '/\\evil.example/',
    '/%5cevil.example/',
    '//evil.example/%2e%2e/',
  ])('the request target %s', async (target) => {
    const response = await getRaw(target)
    expectNoServerError(response)
    expectHere(response.location)
  })
})
