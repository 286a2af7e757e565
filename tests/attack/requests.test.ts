import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged } from '../support/database-state'
import { actionId, HttpClient, isBehindProxy, ORIGIN, SESSION_COOKIE, unlessProxied } from '../support/http-client'
import * as labels from '../support/labels'
import { PASSWORD } from '../support/new-user'
import { getRaw, sendRaw } from '../support/raw-http'
import { expectNoServerError, registerUser, words } from './attack'

// Requests that no browser sends: too large, cut short, or malformed. They are rejected in time, without a server error.

const host = new URL(ORIGIN).host
let user: Awaited<ReturnType<typeof registerUser>>
let hidden: Record<string, string>
let loginId: string
beforeAll(async () => {
  user = await registerUser()
  hidden = await new HttpClient().form('/login', labels.signIn)
  loginId = actionId(hidden)
})

function post(path: string, lines: string[], body: string | Uint8Array = '', timeoutMs?: number) {
  const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, `Origin: ${ORIGIN}`, 'Connection: close', ...lines, '', '']
  return sendRaw(head.join('\n'), body, timeoutMs)
}

const FORM = 'Content-Type: application/x-www-form-urlencoded'
const MULTIPART = 'Content-Type: multipart/form-data; boundary=b'
const PATHS = ['/login', '/register', '/private', '/api/auth/callback/credentials', '/api/auth/signout', '/nothing']

describe('a large body', () => {
  // ASVS 15.2.2
  test.each(PATHS.map((path, index) => [path, [FORM, MULTIPART, 'Content-Type: text/plain'][index % 3] ?? FORM] as const))(
    'is rejected with 413: a megabyte for %s with %s',
    async (path, type) => {
      const response = await expectUnchanged(() => post(path, [type, 'Content-Length: 1000000'], 'x'.repeat(1_000_000)))
      expect(response.status).toBe(413)
    },
  )

  // ASVS 4.2.1
  test.each(PATHS)('is rejected with 411 if it has no length: chunks for %s', async (path) => {
    const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const response = await expectUnchanged(() => post(path, [FORM, 'Transfer-Encoding: chunked'], `${piece.repeat(64)}0\r\n\r\n`))
    expect(response.status).toBe(isBehindProxy ? 413 : 411) // nginx reads the chunks, and forwards them with their length
  })

  test.each([
    [FORM, 'Content-Length: 10000000000'],
    [FORM, 'Content-Length: 99999999999999999999'],
    [FORM, 'Content-Length: 65537'],
    ['Content-Encoding: gzip', 'Content-Length: 70000'],
  ])('changes nothing and delays no other request if it is announced and never sent: %s, %s', async (...lines) => {
    const response = await expectUnchanged(async () => {
      const waiting = post('/login', lines, '', 1_000).catch(() => undefined)
      expect((await new HttpClient().get('/login')).status).toBe(200)
      return waiting
    })
    if (response) expect([400, 413]).toContain(response.status)
  })

  test('is read if it is below the limit', async () => {
    expectNoServerError(await post('/login', [FORM, 'Content-Length: 60000'], 'x'.repeat(60_000)))
  })

  test('is accepted if it is the longest that our forms send', async () => {
    const response = await new HttpClient().post('/login', { ...hidden, email: 'x'.repeat(2000), password: '💩'.repeat(2000) })
    expect(response.status).toBe(200)
  })
})

describe('a malformed request', () => {
  // ASVS 1.5.2
  test.each<[string, string, string]>([
    ['no boundary', 'multipart/form-data', '--b\r\n'],
    ['an empty boundary', 'multipart/form-data; boundary=', '--\r\n'],
    ['a different boundary', 'multipart/form-data; boundary=c', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n'],
    ['an empty body', 'multipart/form-data; boundary=b', ''],
    ['no end', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nada'],
    ['a part without a name', 'multipart/form-data; boundary=b', '--b\r\n\r\nx\r\n--b--\r\n'],
    [
      'a part that is an attachment',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--b--\r\n',
    ],
    ['a part cut short', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; na'],
    ['a boundary of 1,000 characters', `multipart/form-data; boundary=${'b'.repeat(1000)}`, '--b'],
    [
      'line feeds without carriage returns',
      'multipart/form-data; boundary=b',
      '--b\nContent-Disposition: form-data; name="a"\n\nx\n--b--\n',
    ],
    ['another multipart type', 'multipart/mixed; boundary=b', '--b--'],
    [
      'a form in a form',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n',
    ],
    ['a boundary twice', 'multipart/form-data; boundary=b; boundary=c', '--c--'],
  ])('is rejected if its multipart body has %s', async (_, type, body) => {
    for (const lines of [[], [`Next-Action: ${loginId}`]]) {
      for (const path of ['/login', '/api/auth/callback/credentials']) {
        const response = await expectUnchanged(() =>
          post(path, [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`, ...lines], body),
        )
        expectNoServerError(response)
        if (path === '/login' && lines.length) expect(response.status).toBeGreaterThanOrEqual(400)
      }
    }
  })

  test.each([
    'application/json',
    'text/plain',
    'text/xml',
    'application/octet-stream',
    'application/x-www-form-urlencoded; charset=utf-16',
    'image/png',
    '',
    'x',
    'multipart/form-data, text/plain',
    'text/x-component',
    '\u00ff\u00ff',
  ])('signs no one in with the content type %j', async (type) => {
    for (const body of [
      `email=${encodeURIComponent(user.email)}&password=${encodeURIComponent(PASSWORD)}`,
      JSON.stringify({ email: user.email, password: PASSWORD }),
      '',
    ]) {
      for (const path of ['/login', '/private/settings', '/api/auth/callback/credentials']) {
        const response = await expectUnchanged(() =>
          post(path, [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body),
        )
        expectNoServerError(response)
        expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
      }
    }
  })

  // ASVS 4.2.1
  test.each([
    ['a length that is not a number', ['Content-Length: abc']],
    ['a negative length', ['Content-Length: -1']],
    ['two lengths', ['Content-Length: 1', 'Content-Length: 2']],
    ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['chunks without a size', ['Transfer-Encoding: chunked']],
    ['a folded header', ['X: a', ' b']],
    ['a header without a name', [': x']],
    ['a header with a space', ['Content-Length : 4']],
  ])('is rejected with 400 if it has %s', async (_, lines) => {
    const response = await expectUnchanged(() => post('/login', [FORM, ...lines], 'zz\r\n\r\n'))
    expect(response.status).toBe(400)
  })

  test.each([
    ['an unknown transfer encoding', 'xchunked'],
    ['two transfer encodings', 'chunked, identity'],
  ])('is rejected if it has %s', async (_, encoding) => {
    const response = await expectUnchanged(() => post('/login', [FORM, `Transfer-Encoding: ${encoding}`], 'zz\r\n\r\n'))
    expect(response.status).toBe(isBehindProxy ? 501 : 400)
  })

  test.each([
    ['no host', 'GET / HTTP/1.1\nConnection: close\n\n'],
    ['two hosts', `GET / HTTP/1.1\nHost: ${host}\nHost: evil.example\nConnection: close\n\n`],
    ['nothing but control characters', '\u0000\u0001\u0002\n\n'],
    ['NUL in the path', 'GET /\u0000private HTTP/1.1\n\n'],
    ...unlessProxied(['no version', 'GET /\n\n'], ['an unknown version', 'GET / HTTP/9.9\n\n']),
  ])('causes no server error if it has %s', async (_, head) => {
    expectNoServerError(await expectUnchanged(() => sendRaw(head)))
  })

  test.each(words`
    /%ff /% /%e0%a4%a /login/%ff /private/accounts/%ff /private/%ff /api/auth/%ff /api/auth/% /api/auth/callback/%ff
    /_next/static/%ff /?%ff=% /login?callbackUrl=%ff /api/auth/session?%ff *
  `)('causes no server error if its path is not valid UTF-8: %s', async (target) => {
    for (const cookie of ['x', user.client.session])
      expectNoServerError(await expectUnchanged(() => getRaw(target, [`Cookie: ${SESSION_COOKIE}=${cookie}`])))
  })
})

describe('the server', () => {
  // ASVS 3.5.7, 13.3.1, 13.4.1, 13.4.3, 13.4.7
  test('serves neither source files nor source maps', async () => {
    const page = (await new HttpClient().get('/login')).text
    for (const [, path = ''] of page.matchAll(/"(\/_next\/static\/[^"]+\.js)"/g)) {
      expect((await new HttpClient().get(`${path}.map`)).status).toBe(404)
      expect((await new HttpClient().get(path)).text).not.toMatch(/AUTH_SECRET|PASSWORD_PEPPER|FACTOR_KEY|DATABASE_URL|set_config|bcrypt/)
    }
    for (const path of words`
      /.env /.git/config /.git /_next /_next/static /_next/static/chunks /package.json /.next/BUILD_ID /prisma/schema.prisma /server.js /_next/server/server-reference-manifest.json
      /_next/../.env /.data/postgres.json
    `)
      expect((await getRaw(path)).status).toBe(404)
  })
})

describe('a malformed header', () => {
  // ASVS 16.5.1
  test.each([
    'User-Agent: \u00ff\u00fe<script>',
    `User-Agent: ${'x'.repeat(8000)}`,
    "X-Forwarded-For: ' OR 1=1, <script>",
    `X-Forwarded-For: ${'1.1.1.1, '.repeat(500)}`,
    'X-Request-Id: forged\u00ff',
    'Accept-Language: \u00ff',
    'Cookie: =; ;;=x; a',
    'Accept: \u00ff/\u00ff',
    'Accept-Encoding: x',
    'Range: bytes=0-1',
    'If-None-Match: *',
    'Expect: 100-continue',
  ])('causes no server error: %s', async (line) => {
    for (const path of ['/', '/login', '/private', '/api/auth/session', '/api/health/ready']) {
      const response = await expectUnchanged(() => getRaw(path, [line]))
      expectNoServerError(response)
      expect(response.text).not.toContain('forged')
    }
  })

  test.each(['websocket', 'h2c', 'h2c, websocket', 'none'])('causes no server error when it asks to upgrade to %s', async (protocol) => {
    const head = `GET /api/health/live HTTP/1.1\nHost: ${host}\nConnection: Upgrade, close\nUpgrade: ${protocol}\n\n`
    const response = await sendRaw(head).catch(({ message }: Error) => message)
    if (typeof response === 'string') expect(response).toBe('The server closed the connection without a response.')
    else expectNoServerError(response)
  })
})
