import { createHmac, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser, changesNothing, changingNothing, expectNoFault, ORIGIN, registered, SESSION_COOKIE, sendRaw } from './browserless'
import { expectNobody, hashOf, holding, idOf, sealed } from './sealing'

const secret = process.env.AUTH_SECRET ?? ''
let person: Awaited<ReturnType<typeof registered>>
let sid: string
beforeAll(async () => {
  person = await registered()
  sid = await idOf(person.browser)
})

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const FORGERIES: [string, () => string | Promise<string>][] = [
  ['sealed under another secret', () => sealed({ sid }, { key: 'another secret, which is long enough to pass' })],
  ['sealed under an empty secret', () => sealed({ sid }, { key: ' ' })],
  ['sealed for the cookie of the token against other sites', () => sealed({ sid }, { salt: 'authjs.csrf-token' })],
  [
    'sealed for the cookie of another scheme',
    () => sealed({ sid }, { salt: SESSION_COOKIE.startsWith('__') ? 'authjs.session-token' : '__Host-authjs.session-token' }),
  ],
  ['sealed without a salt', () => sealed({ sid }, { salt: ' ' })],
  ['past its time', () => sealed({ sid }, { maxAge: -60 })],
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
  ['sealed without a session', () => sealed({ sub: person.email, email: person.email })],
  ['sealed around a list', () => sealed({ sid: [sid] })],
  ['sealed around an object', () => sealed({ sid: { $ne: null } })],
  ['sealed around a number', () => sealed({ sid: 0 })],
  ['sealed around true', () => sealed({ sid: true })],
  ['sealed around nothing', () => sealed({ sid: '' })],
  ['sealed around SQL', () => sealed({ sid: "' OR 1=1 --" })],
  ['sealed around NUL', () => sealed({ sid: `${sid}\u0000` })],
  ['sealed around half a character', () => sealed({ sid: '\ud800' })],
  ['sealed around the hash that is stored', () => sealed({ sid: hashOf(sid).toString('hex') })],
  ['sealed around an id that nobody has', () => sealed({ sid: randomBytes(32).toString('base64url') })],
  ['the id itself', () => sid],
  ['cut short', () => (person.browser.session ?? '').slice(0, -1)],
  ['cut in half', () => (person.browser.session ?? '').slice(0, 150)],
  ['longer by one', () => `${person.browser.session}A`],
  ...[0, 2, 3, 4].map((part): [string, () => string] => [
    `altered in part ${part}`,
    () => {
      const parts = (person.browser.session ?? '').split('.')
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
  changingNothing()

  test.each(FORGERIES)('%s', async (_, forge) => expectNobody(holding(await forge()), person.email))

  test('and the same for a valid one under another name', async () => {
    for (const name of [
      'session-token',
      'next-auth.session-token',
      '__Secure-authjs.session-token',
      'AUTHJS.SESSION-TOKEN',
      'authjs.csrf-token',
    ])
      await expectNobody(holding(person.browser.session ?? '', name), person.email)
  })

  test('cut into the pieces that Auth.js cuts large ones into', async () => {
    const value = person.browser.session ?? ''
    const browser = holding(value.slice(0, 100), `${SESSION_COOKIE}.0`)
    browser.jar.set(`${SESSION_COOKIE}.1`, value.slice(100))
    expect((await browser.get('/private')).status).toBe(307)
    expect((await browser.get('/login')).status).toBe(200)
  })

  test.each([
    ['.0', 'x'],
    ['.1', 'x'],
    ['.0', 'x'.repeat(4000)],
    ['.99999999', 'x'],
    ['.__proto__', 'x'],
    ['.-1', ''],
  ])('a piece %s beside a valid one does no harm', async (suffix, value) => {
    const browser = person.browser.copy()
    browser.jar.set(`${SESSION_COOKIE}${suffix}`, value)
    const answer = await browser.get('/private')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(person.email)
    expectNoFault(await browser.copy().get('/api/auth/session'))
    expectNoFault(await browser.copy().get('/login'))
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
    const other = await registered()
    const lines = [
      [person.browser.session, other.browser.session],
      [other.browser.session, person.browser.session],
      [person.browser.session, 'forged'],
      ['forged', person.browser.session],
    ]
    await changesNothing(async () => {
      for (const values of lines) {
        const answer = await new Browser().get('/private', { cookie: values.map((value) => `${SESSION_COOKIE}=${value}`).join('; ') })
        expectNoFault(answer)
        expect([200, 307]).toContain(answer.status)
        expect([person.email, other.email].filter((email) => answer.text.includes(email)).length).toBe(answer.status === 200 ? 1 : 0)
      }
    })
  })
})
