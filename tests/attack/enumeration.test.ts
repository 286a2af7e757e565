import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { actionId, HttpClient, type HttpResponse, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'
import { expectNoServerError, flashIn, registerUser, words } from './attack'

// Responses do not reveal whether an email is registered (ASVS 6.3.8). `npm run bench:timing` measures sign-in times.

const FAILED = sentence('sign-in-failed')
const WRONG = 'not the password at all'
let known: Awaited<ReturnType<typeof registerUser>>
let withoutPassword: Awaited<ReturnType<typeof registerUser>>
let unknown: string
beforeAll(async () => {
  ;[known, withoutPassword] = [await registerUser(), await registerUser()]
  await asSuperuser('UPDATE users SET password_hash = NULL WHERE email = $1', [withoutPassword.email])
  unknown = `ada-${randomBytes(5).toString('hex')}@example.com`
})

// The tests fail to sign in often, so each starts with empty counters.
afterEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE 'sign-in%'`))

/** A response without the email that was sent, and without values that differ in every response. */
function essence({ status, text, headers }: HttpResponse, email: string) {
  const nonce = headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1] ?? '-'
  const lasting = [...headers].filter(
    ([name]) => !['date', 'content-security-policy', 'link', 'content-length', 'set-cookie'].includes(name),
  )
  const neutral = (value: string) =>
    [email, email.toUpperCase(), encodeURIComponent(email), nonce].reduce((rest, part) => rest.replaceAll(part, '*'), value)
  return {
    status,
    text: neutral(text),
    headers: lasting.map(([name, value]) => [name, neutral(value)]),
    setCookies: headers.getSetCookie().map((line) => line.split('=')[0]),
  }
}

const byForm = (email: string, password: string) => new HttpClient().submit('/login', labels.signIn, { email, password })

// ASVS 6.3.8
describe('a failed sign-in looks the same', () => {
  test.each<[string, () => [string, string][]]>([
    [
      'with the form, for a known and an unknown email',
      () => [
        [known.email, WRONG],
        [unknown, WRONG],
      ],
    ],
    [
      'with the form, for emails in capitals',
      () => [
        [known.email.toUpperCase(), WRONG],
        [unknown.toUpperCase(), WRONG],
      ],
    ],
    [
      'with the form, for a user without a password and an unknown email',
      () => [
        [withoutPassword.email, WRONG],
        [unknown, WRONG],
      ],
    ],
    [
      'with the form, for a password that is too long',
      () => [
        [known.email, 'x'.repeat(2000)],
        [unknown, 'x'.repeat(2000)],
      ],
    ],
    [
      'with the form, for a missing password',
      () => [
        [known.email, ''],
        [unknown, ''],
      ],
    ],
    [
      'with the form, for a NUL in the password',
      () => [
        [known.email, 'x\u0000y'],
        [unknown, 'x\u0000y'],
      ],
    ],
  ])('%s', async (_, pairs) => {
    const responses = []
    for (const [email, password] of pairs()) {
      const response = await byForm(email, password)
      expectNoServerError(response)
      expect(response.status).toBe(200)
      if (password) expect(response.text).toContain(FAILED)
      expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
      responses.push(essence(response, email))
    }
    expect(responses[0]).toEqual(responses[1])
    expect(responses[0]?.text.length).toBe(responses[1]?.text.length)
  })

  test('with a call of the action', async () => {
    const id = actionId(await new HttpClient().form('/login', labels.signIn))
    const responses = []
    for (const email of [known.email, unknown])
      responses.push(essence(await new HttpClient().call('/login', id, [{ status: 'idle' }, '$K1'], { email, password: WRONG }), email))
    expect(responses[0]?.text).toContain(sentence('sign-in-failed'))
    expect(responses[0]).toEqual(responses[1])
  })

  test('with the endpoint', async () => {
    const responses = []
    for (const email of [known.email, unknown, withoutPassword.email]) {
      const client = new HttpClient()
      const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
      const response = await client.request('/api/auth/callback/credentials', {
        method: 'POST',
        body: new URLSearchParams({ csrfToken, email, password: WRONG }),
      })
      expectNoServerError(response)
      expect(client.session).toBeUndefined()
      responses.push(essence(response, email))
    }
    expect(responses[0]).toEqual(responses[1])
    expect(responses[2]).toEqual(responses[1])
  })

  test('and never contains the password', async () => {
    expect((await byForm(known.email, WRONG)).text).not.toContain(WRONG)
  })
})

describe('other URLs look the same for a known and an unknown email', () => {
  test.each(words`
    /login?email= /register?email= /api/auth/signin?email= /api/auth/session?email= /api/auth/callback/credentials?email=
    /api/auth/signin/credentials?login_hint= /api/auth/error?error=
  `)('GET %s', async (path) => {
    const responses = []
    for (const email of [known.email, unknown])
      responses.push(essence(await new HttpClient().get(`${path}${encodeURIComponent(email)}`), email))
    const [one, other] = responses.map(({ text, ...rest }) => ({ ...rest, text: text.replace(/"csrfToken":"\w+"/, '') }))
    expect(one).toEqual(other)
  })
})

describe('requesting a link looks the same for a known and an unknown email', () => {
  test('to reset a password', async () => {
    const responses = []
    for (const email of [known.email, unknown, withoutPassword.email]) {
      const response = await new HttpClient().submit('/forgot-password', labels.sendResetLink, { email })
      expect(flashIn(response)).toBe(sentence(message('password-reset-requested', { email })))
      responses.push(essence(response, email))
    }
    expect(responses[0]).toEqual(responses[1])
    expect(responses[2]).toEqual(responses[1])
  })

  test('to reset a password, with a call of the action', async () => {
    const id = actionId(await new HttpClient().form('/forgot-password', labels.sendResetLink))
    const responses = []
    for (const email of [known.email, unknown])
      responses.push(essence(await new HttpClient().call('/forgot-password', id, [{ status: 'idle' }, '$K1'], { email }), email))
    const [one, other] = responses.map(({ text, ...rest }) => ({
      ...rest,
      result: text.split('\n').find((row) => /^\w+:\{"status":/.test(row)),
    }))
    expect(one?.result).toContain(sentence(message('password-reset-requested', { email: '*' })))
    expect(one).toEqual(other)
  })

  test('to sign in, and entering a code, even for an unconfirmed email', async () => {
    const unconfirmed = await registerUser(newUser(), { isConfirmed: false })
    const responses = []
    for (const email of [known.email, unconfirmed.email, unknown]) {
      const client = new HttpClient()
      const response = await client.submit('/login/email', labels.emailSignInLink, { email })
      expect(flashIn(response)).toBe(sentence(message('sign-in-link-requested', { email })))
      const pages = [response, await client.get('/login/code')]
      for (let n = 0; n < 6; n += 1) pages.push(await client.submit('/login/code', labels.signIn, { code: '123456' }))
      expect(pages.at(-1)?.text).toContain(sentence('sign-in-code-incorrect'))
      responses.push(pages.map((page) => ({ ...essence(page, email), text: essence(page, email).text.replace(FLASH_KEY, '*') })))
    }
    expect(responses[0]).toEqual(responses[2])
    expect(responses[1]).toEqual(responses[2])
  })

  test('to change to that email', async () => {
    const responses = []
    for (const email of [known.email, unknown]) {
      const actor = await registerUser()
      const response = await actor.client.submit('/private/settings/email', labels.changeEmail, { email })
      expect(flashIn(response)).toBe(sentence(message('email-change-requested', { email })))
      const page = await actor.client.get('/private/settings/email')
      expect(page.text).toContain(email) // shown as the email to confirm
      for (const each of [response, page]) {
        const { text, status } = essence(each, email)
        responses.push({
          status,
          text: [actor.email, actor.accountName, actor.slug].reduce((rest, part) => rest.replaceAll(part, '*'), text).length,
        })
      }
    }
    expect(responses.slice(0, 2)).toEqual(responses.slice(2))
  })
})

/** The random key of a flash message in the page. */
const FLASH_KEY = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=[^,]{1,4},\{[^{]{1,4}sentence)/g
