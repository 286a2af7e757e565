import { createHmac, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged, expectUnchangedAfterAll } from '../support/database-state'
import { HttpClient, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import { sendRaw } from '../support/raw-http'
import { expectNoServerError, registerUser } from './attack'
import { clientWithCookie, encodeSession, expectSignedOut, hashSessionId, sessionIdOf } from './session-cookie'

const secret = process.env.AUTH_SECRET ?? ''
let user: Awaited<ReturnType<typeof registerUser>>
let sid: string
beforeAll(async () => {
  user = await registerUser()
  sid = await sessionIdOf(user.client)
})

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const FORGERIES: [string, () => string | Promise<string>][] = [
  ['encrypted with another secret', () => encodeSession({ sid }, { key: 'another secret, which is long enough to pass' })],
  ['encrypted with an empty secret', () => encodeSession({ sid }, { key: ' ' })],
  ['encrypted for the CSRF cookie', () => encodeSession({ sid }, { salt: 'authjs.csrf-token' })],
  [
    'encrypted for the cookie name of the other scheme',
    () => encodeSession({ sid }, { salt: SESSION_COOKIE.startsWith('__') ? 'authjs.session-token' : '__Host-authjs.session-token' }),
  ],
  ['encrypted without a salt', () => encodeSession({ sid }, { salt: ' ' })],
  ['expired', () => encodeSession({ sid }, { maxAge: -60 })],
  ['an unsigned token', () => `${base64({ alg: 'none' })}.${base64({ sid })}.`],
  [
    'a token signed with the secret',
    () => {
      const head = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ sid })}`
      return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
    },
  ],
  ['an encrypted token without a cipher', () => `${base64({ alg: 'dir', enc: 'none' })}..AAAA.${base64({ sid })}.`],
  [
    'a token encrypted with a password',
    () => `${base64({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2_000_000_000, p2s: 'AAAA' })}.AAAA.AAAA.AAAA.AAAA`,
  ],
  ['encrypted without a session id', () => encodeSession({ sub: user.email, email: user.email })],
  ['with a list as the session id', () => encodeSession({ sid: [sid] })],
  ['with an object as the session id', () => encodeSession({ sid: { $ne: null } })],
  ['with a number as the session id', () => encodeSession({ sid: 0 })],
  ['with true as the session id', () => encodeSession({ sid: true })],
  ['with an empty session id', () => encodeSession({ sid: '' })],
  ['with SQL as the session id', () => encodeSession({ sid: "' OR 1=1 --" })],
  ['with NUL in the session id', () => encodeSession({ sid: `${sid}\u0000` })],
  ['with a lone surrogate as the session id', () => encodeSession({ sid: '\ud800' })],
  ['with the stored hash as the session id', () => encodeSession({ sid: hashSessionId(sid).toString('hex') })],
  ['with an unknown session id', () => encodeSession({ sid: randomBytes(32).toString('base64url') })],
  ['the session id in plain text', () => sid],
  ['cut short', () => (user.client.session ?? '').slice(0, -1)],
  ['cut in half', () => (user.client.session ?? '').slice(0, 150)],
  ['one character longer', () => `${user.client.session}A`],
  ...[0, 2, 3, 4].map((part): [string, () => string] => [
    `altered in part ${part}`,
    () => {
      const parts = (user.client.session ?? '').split('.')
      const [at, text] = [Math.floor((parts[part] ?? '').length / 2), parts[part] ?? '']
      parts[part] = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      return parts.join('.')
    },
  ]),
  ['ten kilobytes', () => 'x'.repeat(10_000)],
  ['ten kilobytes of dots', () => '.'.repeat(10_000)],
  ...[
    '',
    '.',
    '..',
    '....',
    '.....',
    'null',
    'undefined',
    'true',
    '0',
    '{}',
    '[]',
    '[object Object]',
    '%',
    '%00',
    '%ff',
    '"quoted"',
    '__proto__',
    '../../etc/passwd',
    '<script>',
  ].map((value): [string, () => string] => [JSON.stringify(value), () => value]),
]

describe('an invalid session cookie', () => {
  expectUnchangedAfterAll()

  // ASVS 7.2.1, 7.2.2, 9.1.1, 9.1.2, 9.1.3, 9.2.1, 9.2.2, 9.2.3, 11.2.5
  test.each(FORGERIES)('is ignored: %s', async (_, forge) => expectSignedOut(clientWithCookie(await forge()), user.email))

  // ASVS 9.2.3
  test('is ignored: a valid value under another name', async () => {
    for (const name of [
      'session-token',
      'next-auth.session-token',
      '__Secure-authjs.session-token',
      'AUTHJS.SESSION-TOKEN',
      'authjs.csrf-token',
    ])
      await expectSignedOut(clientWithCookie(user.client.session ?? '', name), user.email)
  })

  test('is ignored: a valid value split as Auth.js splits large cookies', async () => {
    const value = user.client.session ?? ''
    const client = clientWithCookie(value.slice(0, 100), `${SESSION_COOKIE}.0`)
    client.cookies.set(`${SESSION_COOKIE}.1`, value.slice(100))
    expect((await client.get('/private')).status).toBe(307)
    expect((await client.get('/login')).status).toBe(200)
  })

  test.each([
    ['.0', 'x'],
    ['.1', 'x'],
    ['.0', 'x'.repeat(4000)],
    ['.99999999', 'x'],
    ['.__proto__', 'x'],
    ['.-1', ''],
  ])('does not replace a valid cookie as a chunk named %s', async (suffix, value) => {
    const client = user.client.copy()
    client.cookies.set(`${SESSION_COOKIE}${suffix}`, value)
    const response = await client.get('/private')
    expect(response.status).toBe(200)
    expect(response.text).toContain(user.email)
    expectNoServerError(await client.copy().get('/api/auth/session'))
    expectNoServerError(await client.copy().get('/login'))
  })

  test('causes no server error when there are too many', async () => {
    const cookie = Array.from({ length: 400 }, (_, index) => `c${index}=${'x'.repeat(60)}`).join('; ')
    expect([400, 431]).toContain(
      (await sendRaw(`GET /private HTTP/1.1\nHost: ${new URL(ORIGIN).host}\nConnection: close\nCookie: ${cookie}\n\n`)).status,
    )
  })
})

describe('two cookies with the same name', () => {
  test('sign in one user, never both, even if one cookie is forged', async () => {
    const other = await registerUser()
    const lines = [
      [user.client.session, other.client.session],
      [other.client.session, user.client.session],
      [user.client.session, 'forged'],
      ['forged', user.client.session],
    ]
    await expectUnchanged(async () => {
      for (const values of lines) {
        const response = await new HttpClient().get('/private', { cookie: values.map((value) => `${SESSION_COOKIE}=${value}`).join('; ') })
        expectNoServerError(response)
        expect([200, 307]).toContain(response.status)
        expect([user.email, other.email].filter((email) => response.text.includes(email)).length).toBe(response.status === 200 ? 1 : 0)
      }
    })
  })
})
