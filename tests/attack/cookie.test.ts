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
  ['sealed under another secret', () => encodeSession({ sid }, { key: 'another secret, which is long enough to pass' })],
  ['sealed under an empty secret', () => encodeSession({ sid }, { key: ' ' })],
  ['sealed for the cookie of the token against other sites', () => encodeSession({ sid }, { salt: 'authjs.csrf-token' })],
  [
    'sealed for the cookie of another scheme',
    () => encodeSession({ sid }, { salt: SESSION_COOKIE.startsWith('__') ? 'authjs.session-token' : '__Host-authjs.session-token' }),
  ],
  ['sealed without a salt', () => encodeSession({ sid }, { salt: ' ' })],
  ['past its time', () => encodeSession({ sid }, { maxAge: -60 })],
  ['a token that nobody signed', () => `${base64({ alg: 'none' })}.${base64({ sid })}.`],
  [
    'a token signed with the secret',
    () => {
      const head = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ sid })}`
      return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
    },
  ],
  ['a sealed token that names no cipher', () => `${base64({ alg: 'dir', enc: 'none' })}..AAAA.${base64({ sid })}.`],
  [
    'a sealed token for a password',
    () => `${base64({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2_000_000_000, p2s: 'AAAA' })}.AAAA.AAAA.AAAA.AAAA`,
  ],
  ['sealed without a session', () => encodeSession({ sub: user.email, email: user.email })],
  ['sealed around a list', () => encodeSession({ sid: [sid] })],
  ['sealed around an object', () => encodeSession({ sid: { $ne: null } })],
  ['sealed around a number', () => encodeSession({ sid: 0 })],
  ['sealed around true', () => encodeSession({ sid: true })],
  ['sealed around nothing', () => encodeSession({ sid: '' })],
  ['sealed around SQL', () => encodeSession({ sid: "' OR 1=1 --" })],
  ['sealed around NUL', () => encodeSession({ sid: `${sid}\u0000` })],
  ['sealed around half a character', () => encodeSession({ sid: '\ud800' })],
  ['sealed around the hash that is stored', () => encodeSession({ sid: hashSessionId(sid).toString('hex') })],
  ['sealed around an id that nobody has', () => encodeSession({ sid: randomBytes(32).toString('base64url') })],
  ['the id itself', () => sid],
  ['cut short', () => (user.client.session ?? '').slice(0, -1)],
  ['cut in half', () => (user.client.session ?? '').slice(0, 150)],
  ['longer by one', () => `${user.client.session}A`],
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

describe('a cookie that does not hold is no cookie', () => {
  expectUnchangedAfterAll()

  test.each(FORGERIES)('%s', async (_, forge) => expectSignedOut(clientWithCookie(await forge()), user.email))

  test('and the same for a valid one under another name', async () => {
    for (const name of [
      'session-token',
      'next-auth.session-token',
      '__Secure-authjs.session-token',
      'AUTHJS.SESSION-TOKEN',
      'authjs.csrf-token',
    ])
      await expectSignedOut(clientWithCookie(user.client.session ?? '', name), user.email)
  })

  test('cut into the pieces that Auth.js cuts large ones into', async () => {
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
  ])('a piece %s beside a valid one does no harm', async (suffix, value) => {
    const client = user.client.copy()
    client.cookies.set(`${SESSION_COOKIE}${suffix}`, value)
    const response = await client.get('/private')
    expect(response.status).toBe(200)
    expect(response.text).toContain(user.email)
    expectNoServerError(await client.copy().get('/api/auth/session'))
    expectNoServerError(await client.copy().get('/login'))
  })

  test('more cookies than a server reads is no fault', async () => {
    const cookie = Array.from({ length: 400 }, (_, index) => `c${index}=${'x'.repeat(60)}`).join('; ')
    expect([400, 431]).toContain(
      (await sendRaw(`GET /private HTTP/1.1\nHost: ${new URL(ORIGIN).host}\nConnection: close\nCookie: ${cookie}\n\n`)).status,
    )
  })
})

describe('two cookies of one name', () => {
  test('show one person and never both, and a forged one beside it opens nothing more', async () => {
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
