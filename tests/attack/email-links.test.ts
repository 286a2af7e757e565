import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { actionId, HttpClient, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import { newestMail, subjectOf } from '../support/mailbox'
import { newUser } from '../support/new-user'
import { expectNoServerError, registerUser, signIn, words } from './attack'

// Links that prove an address, take one back, or set a password: whoever holds one is believed, so each is worth
// stealing, guessing, pressing twice, pressing from elsewhere, and using for what it is not for.

const NEW_PASSWORD = 'eleven grey pelicans'
const PREFIX = ORIGIN.startsWith('https:') ? '__Host-' : ''

type User = Awaited<ReturnType<typeof registerUser>>
let user: User
beforeAll(async () => {
  user = await registerUser()
})

type Kind = { path: string; purpose: string; button: string; cookie: string; shows: string }
const KINDS: Kind[] = [
  {
    path: '/verify-email/',
    purpose: 'email-verification',
    button: 'Confirm email',
    cookie: 'atrium.link-verify-email',
    shows: 'Confirm your email',
  },
  {
    path: '/verify-email/',
    purpose: 'email-change',
    button: 'Confirm new email',
    cookie: 'atrium.link-verify-email',
    shows: 'Confirm your new email',
  },
  {
    path: '/restore-email/',
    purpose: 'email-change-undo',
    button: 'Keep this email',
    cookie: 'atrium.link-restore-email',
    shows: 'Everyone will be signed out',
  },
  {
    path: '/reset-password/',
    purpose: 'password-reset',
    button: 'Set password',
    cookie: 'atrium.link-reset-password',
    shows: 'New password',
  },
]

/** A link of this purpose, as a mail to this person would carry it. */
async function planted({ purpose }: Kind, { email }: { email: string } = user): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const to = purpose === 'email-change' ? newUser().email : email
  await asSuperuser(
    `INSERT INTO tokens (hash, purpose, email, user_id, expires_at) SELECT $1, $2, $3, id, now() + interval '1 hour' FROM users WHERE email = $4`,
    [createHash('sha256').update(token).digest(), purpose, to, email],
  )
  return token
}

async function opened(client: HttpClient, { path }: Kind, token: string) {
  const response = await client.get(`${path}${token}`)
  return client.get(response.location ?? '')
}

const fieldsFor = ({ purpose }: Kind): Record<string, string> => (purpose === 'password-reset' ? { password: NEW_PASSWORD } : {})

async function press(client: HttpClient, kind: Kind, hidden: Record<string, string>, options = {}) {
  return client.post(`${kind.path}open`, { ...hidden, ...fieldsFor(kind) }, { timeoutMs: 20_000, ...options })
}

async function formOf(client: HttpClient, kind: Kind, token: string) {
  await opened(client, kind, token)
  return client.form(`${kind.path}open`, kind.button)
}

describe.each(KINDS)('the link for $purpose', (kind) => {
  test('leaves the address at once, is kept where no script reads it, and is told to nobody', async () => {
    const token = await planted(kind)
    const client = new HttpClient()
    const response = await client.get(`${kind.path}${token}`)
    expect([response.status, response.location]).toEqual([307, `${kind.path}open`])
    const cookie = response.setCookies.find((line) => line.startsWith(`${PREFIX}${kind.cookie}=`)) ?? ''
    for (const part of ['httponly', 'samesite=lax', 'path=/']) expect(cookie.toLowerCase()).toContain(part)
    const page = await client.get(`${kind.path}open`)
    expect(page.text).toContain(kind.shows)
    expect(page.text).not.toContain(token)
    for (const { headers } of [response, page]) {
      expect(headers.get('cache-control')).toContain('no-store')
      expect(headers.get('referrer-policy')).toBe('same-origin')
    }
  })

  test('looked at again and again, by a scanner of mail say, is still good: to look changes nothing', async () => {
    const token = await planted(kind)
    await expectUnchanged(async () => {
      for (let n = 0; n < 5; n += 1) await opened(new HttpClient(), kind, token)
      await new HttpClient().request(`${kind.path}${token}`, { method: 'HEAD' })
      const client = new HttpClient()
      await client.get(`${kind.path}${token}`)
      await client.get(`${kind.path}open`, { 'next-router-prefetch': '1', rsc: '1' })
      await client.get(`${kind.path}open`, { purpose: 'prefetch' })
    })
    expect((await opened(new HttpClient(), kind, token)).text).toContain(kind.button)
  })

  test.each([...words`open x ${'A'.repeat(42)} ${'A'.repeat(43)} %00 ..%2f..%2fprivate ${'é'.repeat(43)}`])(
    'made up as %j, is dead and no fault',
    async (token) => {
      const client = new HttpClient()
      const response = await expectUnchanged(() => client.get(`${kind.path}${token}`))
      expectNoServerError(response)
      const page = response.location ? await client.get(response.location) : response
      expectNoServerError(page)
      expect(page.text).not.toContain(`>${kind.button}<`)
    },
  )

  test('is for this alone: on the page of another kind it is dead', async () => {
    for (const other of KINDS.filter(({ path }) => path !== kind.path)) {
      const token = await planted(kind)
      const page = await expectUnchanged(() => opened(new HttpClient(), other, token))
      expect(page.text).toContain('This link no longer works')
    }
  })

  test('another link opened since in another tab is not used in its place', async () => {
    const [one, other] = [await registerUser(), await registerUser()]
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind, one))
    await opened(client, kind, await planted(kind, other))
    const response = await expectUnchanged(() => press(client, kind, hidden))
    expect(response.text).toContain('has expired or was already used')
  })

  test('pressed from another site does nothing', async () => {
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind))
    for (const options of [{ origin: 'https://evil.example' }, { origin: null }, { headers: { 'sec-fetch-site': 'cross-site' } }]) {
      const response = await expectUnchanged(() => press(client, kind, hidden, options))
      expect(response.status).toBe(403)
    }
  })

  test('without the cookie, the form is worth nothing', async () => {
    const hidden = await formOf(new HttpClient(), kind, await planted(kind))
    const response = await expectUnchanged(() => press(new HttpClient(), kind, hidden))
    expect(response.text).toMatch(/has expired or was already used|This link no longer works/)
  })

  test('a field that no form sends is refused, and no fault', async () => {
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind))
    for (const link of ['', 'x', 'x'.repeat(5000), '\u0000', "' OR 1=1"])
      expectNoServerError(await expectUnchanged(() => press(client, kind, { ...hidden, link })))
    expectNoServerError(await expectUnchanged(() => press(client, kind, { ...hidden, email: 'mallory@example.com' }, { origin: null })))
  })

  test('ten times at once is used once; the cookie goes with it', async () => {
    const one = await registerUser()
    const token = await planted(kind, one)
    const client = new HttpClient()
    const hidden = await formOf(client, kind, token)
    const clients = Array.from({ length: 10 }, () => client.copy())
    const responses = await Promise.all(clients.map((each) => press(each, kind, hidden, { timeoutMs: 40_000 })))
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
    const winner = clients[responses.findIndex(({ status }) => status === 303)]
    expect(winner?.cookies.has(`${PREFIX}${kind.cookie}`)).toBe(false)
    expect((await opened(new HttpClient(), kind, token)).text).toContain('This link no longer works')
  })
})

const sentTo = (email: string) => asSuperuser('SELECT purpose FROM tokens WHERE email = $1', [email])

describe('a password that is set by a link', () => {
  test('ends every session, at once, and signs nobody in', async () => {
    const one = await registerUser()
    const elsewhere = await signIn(one)
    const client = new HttpClient()
    await client.submit('/forgot-password', 'Send reset link', { email: one.email })
    const mail = await newestMail(one.email, { subject: subjectOf('password-reset') })
    const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
    const hidden = await formOf(client, reset, new URL(mail.links[0] ?? '').pathname.split('/').pop() ?? '')
    const response = await press(client, reset, hidden)
    expect([response.status, response.location]).toEqual([303, '/login?callbackUrl=%2Fprivate'])
    expect(client.session).toBeUndefined()
    for (const held of [one.client, elsewhere]) expect((await held.get('/private')).status).toBe(307)
    expect((await new HttpClient().submit('/login', 'Sign in', { email: one.email, password: one.password })).text).toContain(
      'is incorrect',
    )
    expect((await signIn({ email: one.email, password: NEW_PASSWORD })).session).toBeTruthy()
  })

  test.each(words`//evil.example https://evil.example /\\evil.example javascript:alert(1) /..//evil.example`)(
    'does not lead to %s',
    async (path) => {
      const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
      const client = new HttpClient()
      const one = await registerUser()
      const hidden = await formOf(client, reset, await planted(reset, one))
      const response = await press(client, reset, { ...hidden, callbackUrl: path })
      expect(response.location).toBe('/login?callbackUrl=%2Fprivate')
    },
  )

  test('of someone else, while somebody is signed in here, does not pass their session on', async () => {
    const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
    const [one, other] = [await registerUser(), await registerUser()]
    const hidden = await formOf(other.client, reset, await planted(reset, one))
    await press(other.client, reset, hidden)
    expect(other.client.session).toBeUndefined()
  })
})

describe('the acts of a person', () => {
  test.each([
    ['Change email', '/private/settings/email', () => ({ email: newUser().email })],
    ['Send a new link', '/private', () => ({})],
  ] as const)('"%s" asks for someone signed in', async (button, path, fields) => {
    const id = actionId(await user.client.form(path, button))
    const nobody = new HttpClient()
    nobody.cookies.set(SESSION_COOKIE, 'made up') // past the gate, which looks only whether there is one
    const response = await expectUnchanged(() => nobody.call(path, id, [{ status: 'idle' }, '$K1'], fields()))
    expect(response.headers.get('x-action-redirect')).toMatch(/^\/login\?/)
  })

  test('"Change email" takes the address and nothing else that is sent', async () => {
    const [one, wanted] = [await registerUser(), newUser().email]
    const sent = { email: wanted, userId: 'x', emailVerified: '2020-01-01', purpose: 'password-reset' }
    const response = await one.client.submit('/private/settings/email', 'Change email', sent)
    expect(response.text).toContain(`we sent a link to ${wanted}`)
    expect(await sentTo(wanted)).toEqual([{ purpose: 'email-change' }])
    expect(await asSuperuser('SELECT email_verified_at FROM users WHERE email = $1', [one.email])).toEqual([{ email_verified_at: null }])
  })

  test.each([
    '',
    'x',
    'a@b',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com, b@example.com',
    'é@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a\u0000@example.com',
  ])('the address %j is refused beside its field, by both forms', async (email) => {
    const responses = await expectUnchanged(async () => [
      await user.client.copy().submit('/private/settings/email', 'Change email', { email }),
      await new HttpClient().submit('/forgot-password', 'Send reset link', { email }),
    ])
    for (const response of responses) {
      expectNoServerError(response)
      expect(response.text).toContain('aria-invalid="true"')
    }
  })
})
