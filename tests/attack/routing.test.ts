import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged, expectUnchangedAfterAll } from '../support/database-state'
import { actionId, HttpClient, type HttpResponse, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { getRaw, sendRaw } from '../support/raw-http'
import { expectNoServerError, registerUser, words } from './attack'

// No header, spelling, or method opens a private page. Each is tried without a cookie, which the middleware stops, and with
// the cookie of an ended session, which the middleware lets through and the page must stop.

let user: Awaited<ReturnType<typeof registerUser>>
let ended: string
beforeAll(async () => {
  user = await registerUser()
  ended = (await registerUser().then(async (other) => {
    const cookie = other.client.session
    await other.client.submit('/private', labels.signOut)
    return cookie
  })) as string
})

const host = new URL(ORIGIN).host
const PRIVATE_WORDS = /signed in as|Your accounts|New account|Sign out|How other members|Everyone with access/

function expectNothingPrivate(response: HttpResponse) {
  expectNoServerError(response)
  expect(response.text).not.toMatch(PRIVATE_WORDS)
  expect(response.text).not.toContain(user.email)
  expect(response.text).not.toContain(user.accountName)
}

function signedOutClients(): HttpClient[] {
  const withEnded = new HttpClient()
  withEnded.cookies.set(SESSION_COOKIE, ended)
  return [new HttpClient(), withEnded]
}

const TREE = encodeURIComponent(
  JSON.stringify(['', { children: ['private', { children: ['(own)', { children: ['__PAGE__', {}] }] }, null, 'refetch'] }, null, null, 1]),
)
const PAGE_ALONE = encodeURIComponent(
  JSON.stringify(['', { children: ['private', { children: ['(own)', { children: ['__PAGE__', {}, null, 'refetch'] }] }] }, null, null, 1]),
)
const BYPASSES: Record<string, string>[] = [
  ...words`
    middleware src/middleware pages/_middleware middleware:middleware:middleware:middleware:middleware
    src/middleware:src/middleware:src/middleware:src/middleware:src/middleware proxy:proxy:proxy:proxy:proxy 1
  `.map((value) => ({ 'x-middleware-subrequest': value })),
  { 'x-middleware-subrequest-id': '0' },
  { 'x-middleware-next': '1' },
  { 'x-middleware-rewrite': '/private' },
  { 'x-middleware-rewrite': `${ORIGIN}/private` },
  { 'x-middleware-redirect': '/private' },
  { 'x-middleware-invoke': '1' },
  { 'x-middleware-skip': '1' },
  { 'x-middleware-prefetch': '1' },
  { 'x-middleware-override-headers': 'cookie', 'x-middleware-request-cookie': `${SESSION_COOKIE}=x` },
  { 'x-middleware-set-cookie': `${SESSION_COOKIE}=x` },
  { 'x-invoke-path': '/private', 'x-invoke-status': '200' },
  { 'x-invoke-output': '/private' },
  { 'x-matched-path': '/private' },
  { 'x-now-route-matches': '1=private' },
  { 'x-nextjs-data': '1' },
  { 'x-nextjs-rewritten-path': '/private' },
  { 'x-original-url': '/private' },
  { 'x-rewrite-url': '/private' },
  { 'x-http-method-override': 'OPTIONS' },
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-real-ip': '127.0.0.1' },
  { 'x-atrium-path': '/' },
  { 'x-prerender-revalidate': '1' },
  { 'x-forwarded-host': 'localhost' },
  { 'x-forwarded-uri': '/login' },
  { purpose: 'prefetch' },
  { 'x-purpose': 'preview' },
  { authorization: 'Bearer x' },
  { 'x-vercel-protection-bypass': '1' },
  { 'next-resume': '1' },
  { 'user-agent': 'Googlebot/2.1' },
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-prefetch': '2' },
  { rsc: '1', 'next-router-state-tree': TREE },
  { rsc: '1', 'next-router-state-tree': PAGE_ALONE },
  { rsc: '1', 'next-router-segment-prefetch': '/_tree' },
  { rsc: '1', 'next-router-segment-prefetch': '/private/__PAGE__' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_index' },
  { rsc: '1', 'next-url': '/private' },
  { rsc: '1', 'next-hmr-refresh': '1' },
  { rsc: '0' },
]

describe('a request for a private page', () => {
  expectUnchangedAfterAll()

  // ASVS 4.1.3, 8.3.1
  test.each(BYPASSES)('redirects to sign-in and shows nothing private with %j', async (headers) => {
    for (const client of signedOutClients()) {
      for (const path of ['/private', '/private/settings', `/private/accounts/${user.slug}`]) {
        const response = await client.get(path, headers)
        expectNothingPrivate(response)
        if (!headers.rsc) expect(response.status).toBe(307)
      }
    }
  })

  test.each([
    ...words`garbage % %7B [] {} null %5B%22%22%2C%7B%7D%5D`,
    '['.repeat(5000),
    encodeURIComponent(JSON.stringify(['', { children: ['__proto__', {}] }])),
    TREE.slice(0, -9),
    TREE.repeat(12),
  ])('causes no server error with the router state %j', async (tree) => {
    for (const client of [...signedOutClients(), user.client]) {
      const response = await client.get('/private', { rsc: '1', 'next-router-state-tree': tree })
      if (client === user.client) expectNoServerError(response)
      else expectNothingPrivate(response)
    }
  })

  // ASVS 14.2.2
  test('is not answered from a cache of a signed-in user’s response', async () => {
    for (const headers of [
      {},
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1' },
      { rsc: '1', 'next-router-state-tree': TREE },
      { rsc: '1', 'next-router-state-tree': PAGE_ALONE },
    ] as Record<string, string>[]) {
      const shown = await user.client.get('/private', headers)
      expect(shown.status).toBe(200)
      if (!headers['next-router-prefetch']) expect(shown.text).toContain(user.email)
      for (const client of signedOutClients()) expectNothingPrivate(await client.get('/private', headers))
    }
  })
})

describe('another spelling of a private path', () => {
  expectUnchangedAfterAll()

  // ASVS 1.1.1, 13.4.7, 14.2.5
  test.each(words`
    //private ///private /private/ /private// /private/. /./private /private/./settings /x/../private /private/../private /%70rivate
    /p%72ivate /%70%72%69%76%61%74%65 /%2570rivate /private%2f /private%2fsettings /private%2Faccounts%2Fnew /private%5c /private\
    \private /private;x=1 /private%3b /private%00 /private%20 /private%09 /private%0a /private. /private.. /private~ /PRIVATE
    /Private /pRIVATE/settings /private.json /private.rsc /private.html /private.txt /private/settings.rsc
    /private.segments/_tree.segment.rsc /private.prefetch.rsc /private/index /index/private /_next/data/x/private.json
    /_next/../private /_next/static/../../private /_next/static/%2e%2e/%2e%2e/private /_next/image/../../private
    /_next/static/private /api/auth/../../private /api/auth/%2e%2e/%2e%2e/private /en/private /en-US/private /default/private
    /(own)/private /private/(own) /private/(own)/settings /private/%28own%29 /@modal/private /private?__nextLocale=en
    /private?_rsc=1 /private?__nextDataReq=1 /private?nxtPslug=x /private# /private%23 /private%3f /?/private
    /private/accounts/[slug] /private/accounts/%5Bslug%5D /login/../private /private% /private%ff /private%c0%af
    /private/%2e%2e/private /private/%2e /${'../'.repeat(50)}private /private/${'a'.repeat(5000)} /private${'/x'.repeat(1000)}
    ${ORIGIN}/private //${host}/private * /_not-found /_error /_document /404 /500 /_global-error
  `)('shows nothing private: %s', async (target) => {
    for (const headers of [[], [`Cookie: ${SESSION_COOKIE}=${ended}`], ['RSC: 1', `Cookie: ${SESSION_COOKIE}=${ended}`]]) {
      const response = await getRaw(target, headers)
      expectNothingPrivate(response)
      if (response.location?.includes('_rsc')) expectNothingPrivate(await getRaw(response.location, headers))
    }
  })
})

// ASVS 1.3.6, 13.2.5
test.each(words`/private /private/accounts/new /api/auth/session //evil.example/x.png http://127.0.0.1/x.png %2Fprivate`)(
  'the image optimizer does not fetch %s',
  async (target) => {
    const response = await new HttpClient().get(`/_next/image?url=${encodeURIComponent(target)}&w=640&q=75`)
    expectNoServerError(response)
    expect(response.status).toBe(404)
  },
)

describe('an HTTP method', () => {
  // ASVS 3.5.3, 4.1.4, 13.4.4
  test.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'LOCK'])(
    'shows nothing private and changes nothing: %s',
    async (method) => {
      await expectUnchanged(async () => {
        for (const path of [
          '/',
          '/login',
          '/private',
          '/private/settings',
          `/private/accounts/${user.slug}`,
          '/api/auth/session',
          '/api/auth/signout',
          '/api/auth/callback/credentials',
          '/api/health/live',
          '/nothing',
        ]) {
          for (const cookie of ['', `Cookie: ${SESSION_COOKIE}=${ended}\n`]) {
            const response = await sendRaw(`${method} ${path} HTTP/1.1\nHost: ${host}\nOrigin: ${ORIGIN}\nConnection: close\n${cookie}\n`)
            expectNothingPrivate(response)
            if (method === 'TRACE') expect(response.text).not.toContain('Host:')
          }
        }
      })
    },
  )

  // ASVS 3.5.3, 4.1.4
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET'])('runs no action of a signed-in user: %s', async (method) => {
    const id = actionId(await user.client.form('/private', labels.signOut))
    const response = await expectUnchanged(() =>
      user.client.request('/private', {
        method,
        headers: { 'next-action': id, 'content-type': 'text/plain' },
        body: method === 'GET' ? undefined : '[]',
        origin: ORIGIN,
      }),
    )
    expectNoServerError(response)
    expect((await user.client.get('/private')).status).toBe(200)
  })
})
