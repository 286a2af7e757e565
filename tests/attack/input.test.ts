import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { type Fields, HttpClient, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD, unique } from '../support/new-user'
import { expectNoServerError, flashIn, registerUser } from './attack'

// Input that no form sends is rejected without a server error. Input that forms accept is shown as typed and never runs.

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})

type Form = { path: string; button: string; fields: () => Record<string, string> }
const FORMS: Record<string, Form> = {
  register: {
    path: '/register',
    button: labels.createAccount,
    fields: () => ({ accountName: newUser().accountName, email: newUser().email, password: PASSWORD }),
  },
  login: { path: '/login', button: labels.signIn, fields: () => ({ email: user.email, password: PASSWORD }) },
  'new account': { path: '/private/accounts/new', button: labels.createAccount, fields: () => ({ accountName: unique('Teal') }) },
  profile: { path: '/private/settings', button: labels.save, fields: () => ({ name: unique('Name') }) },
}
const FIELDS = Object.entries({
  register: ['accountName', 'email', 'password'],
  login: ['email', 'password', 'remember'],
  'new account': ['accountName'],
  profile: ['name'],
}).flatMap(([form, names]) => names.map((name) => [form, name] as const))

async function send(form: string, change: (fields: Record<string, string>) => Fields) {
  const { path, button, fields } = FORMS[form] as Form
  const client = path.startsWith('/private') ? user.client.copy() : new HttpClient()
  const response = await client.submit(path, button, change(fields()))
  expectNoServerError(response)
  return { response, client }
}

describe.each(FIELDS)('the form "%s" rejects its field "%s"', (form, name) => {
  // ASVS 15.3.5, 15.3.7
  test.each<[string, (value: string) => string | Blob | (string | Blob)[]]>([
    ['twice with the same value', (value) => [value, value]],
    ['twice with different values', (value) => [value, 'other']],
    ['twice, one of them empty', (value) => ['', value]],
    ['as a file', (value) => new Blob([value], { type: 'text/plain' })],
    ['as text and as a file', (value) => [value, new Blob(['x'])]],
    ['as an empty file', () => new Blob([])],
  ])('%s', async (_, spoil) => {
    const { response, client } = await expectUnchanged(() => send(form, (fields) => ({ ...fields, [name]: spoil(fields[name] ?? 'on') })))
    expect(response.status).toBeGreaterThanOrEqual(400)
    if (!(FORMS[form] as Form).path.startsWith('/private')) expect(client.session).toBeUndefined()
  })
})

describe.each(FIELDS.filter(([, name]) => name !== 'remember'))('the form "%s", without its field "%s"', (form, name) => {
  // ASVS 15.3.3, 15.3.6
  test.each([
    `${name}[]`,
    `${name}[$ne]`,
    `${name}[0]`,
    `__proto__[${name}]`,
    `constructor.prototype.${name}`,
    name.toUpperCase(),
    `${name}\u0000`,
  ])('does not read "%s" in its place', async (other) => {
    const { response } = await expectUnchanged(() =>
      send(form, (fields) => {
        const { [name]: value = '', ...rest } = fields
        return { ...rest, [other]: value }
      }),
    )
    expect([response.status, response.location]).toEqual([200, null])
    expect(response.text).toContain('aria-invalid="true"')
    expect(response.setCookies).toEqual([])
  })
})

describe('malformed or look-alike text', () => {
  // ASVS 1.3.3, 1.3.11, 2.2.1, 2.2.2, 6.2.1
  test.each<[string, string, string, string]>([
    ...[
      '\u0000',
      'Her\u0000on',
      'Her\u200bon',
      'Her\u202eon',
      'Her\non',
      'Her\r\nSet-Cookie: a=b',
      'Her\ton',
      '\u00ad\u00ad\u00ad',
      'x',
      ' ',
      '\u3000\u3000',
      'x'.repeat(81),
      '💩'.repeat(81),
      'x'.repeat(60_000),
      'Her\u{e0041}on',
      'Her\u2066on',
    ].flatMap((text, index): [string, string, string, string][] => [
      [index % 4 ? 'new account' : 'register', 'accountName', JSON.stringify(text).slice(0, 40), text],
    ]),
    ...['Ada\u0000', 'Ada\u200b', 'Ada\u202e', 'Ada\nBcc: x', 'x'.repeat(81)].map((text): [string, string, string, string] => [
      'profile',
      'name',
      JSON.stringify(text).slice(0, 40),
      text,
    ]),
    ...[
      'ada',
      '@',
      'a@b',
      'a@@example.com',
      'a b@example.com',
      'a@exam ple.com',
      'ada@example.com,eve@example.com',
      'ada@example.com;eve@example.com',
      'ada@example.com\nBcc: eve@example.com',
      'ada\u0000@example.com',
      'ada@example.com\u0000',
      '<ada@example.com>',
      'Ada <ada@example.com>',
      '"ada"@example.com',
      "ada'--@example..com",
      'ädä@example.com',
      'ada@exämple.com',
      'ada@[127.0.0.1]',
      'ada@127.0.0.1',
      `${'x'.repeat(65)}@example.com`,
      `a@${'x.'.repeat(125)}com`,
      'ada@example.com%00',
      'ada\u200b@example.com',
      'аda@example.com',
      '.ada@example.com',
      'ada.@example.com',
    ].map((text): [string, string, string, string] => ['register', 'email', JSON.stringify(text).slice(0, 40), text]),
    ...['short', 'x'.repeat(257), 'with\u0000a NUL in it', 'password', 'PASSWORD1', '12345678'].map(
      (text): [string, string, string, string] => ['register', 'password', JSON.stringify(text).slice(0, 40), text],
    ),
  ])('is rejected with a field error, form "%s", field "%s": %s', async (form, name, _, text) => {
    const { response, client } = await expectUnchanged(() => send(form, (fields) => ({ ...fields, [name]: text })))
    expect([response.status, response.location]).toEqual([200, null])
    expect(response.text).toContain('aria-invalid="true"')
    if (form === 'register') expect(client.session).toBeUndefined()
    expect(response.headers.get('set-cookie') ?? '').not.toContain('a=b')
  })

  // ASVS 1.2.4
  test.each(['EMAIL\u0000', '\u0000EMAIL', "EMAIL' OR '1'='1", "EMAIL'--", '%', 'EMAIL,x@example.com', '\\EMAIL'])(
    'does not sign in the user with a variant of their email: %j',
    async (text) => {
      const email = text.replace('EMAIL', user.email)
      const response = await new HttpClient().submit('/login', labels.signIn, { email, password: PASSWORD })
      expectNoServerError(response)
      expect([response.status, response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))]).toEqual([200, []])
    },
  )
})

const INERT = [
  "Robert'); DROP TABLE users;--",
  '"; SELECT pg_sleep(10); --',
  '{{7*7}} #{7*7} <%= 7*7 %>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '<!-- a',
  'javascript:alert(1)',
  '__proto__',
  'null',
  '$L1 $undefined',
  '%00%0d%0a',
  '\\u0000 \\',
  '🦩 Ωmega Ελληνικά 名',
  '$@1:"x"',
]

describe('a name that looks like code', () => {
  // ASVS 1.1.2, 1.2.1, 1.2.3, 1.2.4, 1.3.7, 3.2.2
  test.each(INERT)('is shown as typed on every page, and never runs: %s', async (text) => {
    const { client } = await registerUser() // each user may create only five accounts an hour
    const accountName = `${unique('')} ${text}`.trim()
    const response = await client.submit('/private/accounts/new', labels.createAccount, { accountName })
    expectNoServerError(response)
    expect(response.location).toMatch(/^\/private\/accounts\/[a-z0-9-]{1,64}$/)
    expect(flashIn(await client.submit('/private/settings', labels.save, { name: text.slice(0, 80) }))).toBe(sentence('profile-saved'))
    const [account] = await asSuperuser<{ name: string }>("SELECT name FROM accounts WHERE '/private/accounts/' || slug = $1", [
      response.location,
    ])
    expect(account?.name).toBe(accountName)
    for (const path of ['/', '/private/settings', response.location ?? '']) {
      const { status, text: page } = await client.get(path)
      expect(status).toBe(200)
      expect(page).not.toMatch(/<script>|<img src=x|<\/title><script>|\u2028/)
      for (const [, script = ''] of page.matchAll(/<script[^>]*>(.*?)<\/script>/gs)) expect(script).not.toContain('<script')
    }
  })
})

// ASVS 2.2.1
test.each(['dark"><script>', '\u0000', 'x'.repeat(9000), '__proto__', '{"theme":"dark"}', 'dark; Domain=evil.example', 'dark\r\nX: y'])(
  'replaces the unknown theme %j with the system theme',
  async (theme) => {
    const client = new HttpClient()
    const response = await expectUnchanged(() => client.submit('/', 'Theme', { theme }))
    expectNoServerError(response)
    expect(client.cookies.get('atrium.theme') ?? 'system').toBe('system')
    const page = await client.get('/', { cookie: `atrium.theme=${encodeURIComponent(theme)}` })
    expectNoServerError(page)
    expect(page.text).not.toMatch(/data-theme="[^"]*[^a-z"]/)
  },
)

// ASVS 6.2.6, 6.2.7
test.each([
  ['/login', 'current-password'],
  ['/register', 'new-password'],
  ['/private/settings/password', 'current-password'],
  ['/private/settings/password', 'new-password'],
])('the password field of %s is masked, allows pasting, and tells password managers that it holds the %s', async (path, purpose) => {
  const client = path.startsWith('/private') ? user.client.copy() : new HttpClient()
  const tags = [...(await client.get(path)).text.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag)
  const field = tags.find((tag) => /autocomplete="([^"]*)"/i.exec(tag)?.[1] === purpose)
  expect(field).toContain('type="password"')
  expect(field).not.toMatch(/ (onpaste|readonly|maxlength)/i)
})
