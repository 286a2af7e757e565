import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, ORIGIN } from '../support/http-client'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { newUser, PASSWORD } from '../support/new-user'
import { expectNoServerError, flashIn, registerUser, signIn, words } from './attack'

// Links that confirm an email, restore one, or reset a password. The token is the only proof, so it must resist theft,
// guessing, replay, requests from other sites, and use for another purpose.

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
    button: labels.confirmEmail,
    cookie: 'atrium.link-verify-email',
    shows: 'Confirm your email',
  },
  {
    path: '/verify-email/',
    purpose: 'email-change',
    button: labels.confirmNewEmail,
    cookie: 'atrium.link-verify-email',
    shows: 'Confirm your new email',
  },
  {
    path: '/restore-email/',
    purpose: 'email-change-undo',
    button: labels.keepEmail,
    cookie: 'atrium.link-restore-email',
    shows: 'You’ll be signed out everywhere',
  },
  {
    path: '/reset-password/',
    purpose: 'password-reset',
    button: labels.setPassword,
    cookie: 'atrium.link-reset-password',
    shows: labels.newPassword,
  },
]

/** Inserts a token for this purpose and user. @returns the token, as in the email */
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

const fieldsFor = ({ purpose }: Kind): Record<string, string> =>
  purpose === 'password-reset' ? { password: NEW_PASSWORD } : purpose === 'email-change-undo' ? {} : { password: PASSWORD }

async function press(client: HttpClient, kind: Kind, hidden: Record<string, string>, options = {}) {
  return client.post(`${kind.path}open`, { ...hidden, ...fieldsFor(kind) }, { timeoutMs: 20_000, ...options })
}

async function formOf(client: HttpClient, kind: Kind, token: string) {
  await opened(client, kind, token)
  return client.form(`${kind.path}open`, kind.button)
}

describe.each(KINDS)('the link for $purpose', (kind) => {
  // ASVS 3.4.5, 14.2.1, 14.3.2
  test('moves its token from the URL to an HttpOnly cookie, and is neither cached nor sent to other sites', async () => {
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

  // ASVS 3.5.3, 7.6.2
  test('stays valid when an email scanner opens it again and again', async () => {
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
    'rejects a made-up token without a server error: %j',
    async (token) => {
      const client = new HttpClient()
      const response = await expectUnchanged(() => client.get(`${kind.path}${token}`))
      expectNoServerError(response)
      const page = response.location ? await client.get(response.location) : response
      expectNoServerError(page)
      expect(page.text).not.toContain(`>${kind.button}<`)
    },
  )

  // ASVS 2.3.1, 9.2.2
  test('is rejected by pages for other purposes', async () => {
    for (const other of KINDS.filter(({ path }) => path !== kind.path)) {
      const token = await planted(kind)
      const page = await expectUnchanged(() => opened(new HttpClient(), other, token))
      expect(page.text).toContain(labels.deadLink)
    }
  })

  test('is rejected after another link was opened in another tab', async () => {
    const [one, other] = [await registerUser(), await registerUser()]
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind, one))
    await opened(client, kind, await planted(kind, other))
    const response = await expectUnchanged(() => press(client, kind, hidden))
    expect(response.text).toContain('has expired or was already used')
  })

  // ASVS 3.5.1
  test('rejects requests from other sites', async () => {
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind))
    for (const options of [{ origin: 'https://evil.example' }, { origin: null }, { headers: { 'sec-fetch-site': 'cross-site' } }]) {
      const response = await expectUnchanged(() => press(client, kind, hidden, options))
      expect(response.status).toBe(403)
    }
  })

  test('rejects its form without the cookie', async () => {
    const hidden = await formOf(new HttpClient(), kind, await planted(kind))
    const response = await expectUnchanged(() => press(new HttpClient(), kind, hidden))
    expect(response.text).toMatch(/has expired or was already used|This link no longer works/)
  })

  test('causes no server error with fields that no form sends', async () => {
    const client = new HttpClient()
    const hidden = await formOf(client, kind, await planted(kind))
    for (const link of ['', 'x', 'x'.repeat(5000), '\u0000', "' OR 1=1"])
      expectNoServerError(await expectUnchanged(() => press(client, kind, { ...hidden, link })))
    expectNoServerError(await expectUnchanged(() => press(client, kind, { ...hidden, email: 'mallory@example.com' }, { origin: null })))
  })

  // ASVS 2.3.4, 6.4.1
  test('works once when sent ten times at the same time, and its cookie is removed', async () => {
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
    expect((await opened(new HttpClient(), kind, token)).text).toContain(labels.deadLink)
  })
})

const sentTo = (email: string) => asSuperuser('SELECT purpose FROM tokens WHERE email = $1', [email])

describe('a password reset', () => {
  // ASVS 6.4.3, 7.4.3
  test('ends all sessions of the user, and starts none', async () => {
    const one = await registerUser()
    const elsewhere = await signIn(one)
    const client = new HttpClient()
    await client.submit('/forgot-password', labels.sendResetLink, { email: one.email })
    const mail = await newestMail(one.email, { subject: subjectOf('password-reset') })
    const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
    const hidden = await formOf(client, reset, new URL(mail.links[0] ?? '').pathname.split('/').pop() ?? '')
    const response = await press(client, reset, hidden)
    expect([response.status, response.location]).toEqual([303, '/login?callbackUrl=%2Fprivate'])
    expect(client.session).toBeUndefined()
    for (const client of [one.client, elsewhere]) expect((await client.get('/private')).status).toBe(307)
    expect((await new HttpClient().submit('/login', labels.signIn, { email: one.email, password: one.password })).text).toContain(
      'is incorrect',
    )
    expect((await signIn({ email: one.email, password: NEW_PASSWORD })).session).toBeTruthy()
  })

  test.each(words`//evil.example https://evil.example /\\evil.example javascript:alert(1) /..//evil.example`)(
    'does not redirect to %s',
    async (path) => {
      const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
      const client = new HttpClient()
      const one = await registerUser()
      const hidden = await formOf(client, reset, await planted(reset, one))
      const response = await press(client, reset, { ...hidden, callbackUrl: path })
      expect(response.location).toBe('/login?callbackUrl=%2Fprivate')
    },
  )

  test('ends the browser’s session if it belongs to another user', async () => {
    const [reset = { path: '', purpose: '', button: '', cookie: '', shows: '' }] = KINDS.slice(-1)
    const [one, other] = [await registerUser(), await registerUser()]
    const hidden = await formOf(other.client, reset, await planted(reset, one))
    await press(other.client, reset, hidden)
    expect(other.client.session).toBeUndefined()
  })
})

describe('forms for an email address', () => {
  // ASVS 15.3.3
  test('read the email and ignore other fields', async () => {
    const [one, wanted] = [await registerUser(newUser(), { isConfirmed: false }), newUser().email]
    const sent = { email: wanted, userId: 'x', emailVerified: '2020-01-01', purpose: 'password-reset' }
    const response = await one.client.submit('/private/settings/email', labels.changeEmail, sent)
    expect(flashIn(response)).toContain(`We sent a link to ${wanted}`)
    expect(await sentTo(wanted)).toEqual([{ purpose: 'email-change' }])
    expect(await asSuperuser('SELECT email_verified_at FROM users WHERE email = $1', [one.email])).toEqual([{ email_verified_at: null }])
  })

  // ASVS 1.3.11, 2.2.1
  test.each([
    '',
    'x',
    'a@b',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com, b@example.com',
    'é@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a\u0000@example.com',
  ])('reject %j beside the field', async (email) => {
    const responses = await expectUnchanged(async () => [
      await user.client.copy().submit('/private/settings/email', labels.changeEmail, { email }),
      await new HttpClient().submit('/forgot-password', labels.sendResetLink, { email }),
    ])
    for (const response of responses) {
      expectNoServerError(response)
      expect(response.text).toContain('aria-invalid="true"')
    }
  })
})
