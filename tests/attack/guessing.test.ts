import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { PASSWORD } from '../support/new-user'
import { expectNoServerError, registerUser, signIn } from './attack'

// Guessing passwords one by one and in parallel, with the form and the endpoint, and with headers that might evade the limit.

const FAILED = sentence('sign-in-failed')
const TOO_MANY = /role="alert"[^>]*>.*Too many attempts\. Try again in (\d+) (second|minute)s?\./s
const FREE = 5
const ENDPOINT = '/api/auth/callback/credentials'
const DEVICE_COOKIE = SESSION_COOKIE.replace('authjs.session-token', 'atrium.device')

const unknownUser = () => ({ email: `ada-${randomBytes(5).toString('hex')}@example.com`, password: PASSWORD })

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})
// Counters must not carry over to the next test or file.
afterEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE 'sign-in%' OR key LIKE 'auth-endpoint%'`))

const byForm = (email: string, password: string, headers: Record<string, string> = {}, client = new HttpClient()) =>
  client.submit('/login', labels.signIn, { email, password }, { headers, timeoutMs: 40_000 })

async function byEndpoint(email: string, password: string, headers: Record<string, string> = {}) {
  const client = new HttpClient()
  const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
  const response = await client.request(ENDPOINT, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, email, password }),
    headers,
    timeoutMs: 40_000,
  })
  return { ...response, isIn: client.session !== undefined }
}

function expectTooSoon(response: HttpResponse) {
  expect(response.status).toBe(200)
  expect(response.text).toMatch(TOO_MANY)
  expect(response.text).not.toContain(FAILED)
  expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
}

function expectTooSoonAtEndpoint(response: HttpResponse) {
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.text).toMatch(/Too many attempts/)
  expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
}

async function failFreely({ email }: { email: string }, guess: (email: string, password: string) => Promise<HttpResponse> = byForm) {
  const before = await refusals(email)
  for (let n = 0; n < FREE; n += 1) expectNoServerError(await guess(email, `a guess that is wrong ${n}`))
  await expect.poll(() => refusals(email)).toBe(before + FREE) // recorded after the response
}

describe('guessing a password', () => {
  // ASVS 6.3.1, 6.3.4
  test('stops after five attempts with the form, for the endpoint too, and even for the correct password', async () => {
    await failFreely(user)
    await expectUnchanged(async () => {
      expectTooSoon(await byForm(user.email, 'another guess'))
      expectTooSoon(await byForm(user.email, PASSWORD))
      expectTooSoonAtEndpoint(await byEndpoint(user.email, PASSWORD))
    })
  })

  // ASVS 6.3.1, 6.3.4
  test('stops after five attempts with the endpoint, for the form too, and even for the correct password', async () => {
    await failFreely(user, byEndpoint)
    await expectUnchanged(async () => {
      expectTooSoonAtEndpoint(await byEndpoint(user.email, 'another guess'))
      expectTooSoonAtEndpoint(await byEndpoint(user.email, PASSWORD))
      expectTooSoon(await byForm(user.email, PASSWORD))
    })
  })

  test('counts an email in capitals or with spaces as the same email', async () => {
    for (const email of [user.email, user.email.toUpperCase(), ` ${user.email}`, `${user.email} `, ` ${user.email.toUpperCase()} `])
      expect((await byForm(email, 'a wrong guess')).text).toContain(FAILED)
    expectTooSoon(await byForm(user.email, 'a wrong guess'))
  })

  // ASVS 6.3.1
  test('checks at most five of fifty passwords sent at the same time', async () => {
    const before = await refusals(user.email)
    const responses = await Promise.all(Array.from({ length: 50 }, (_, index) => byForm(user.email, `a guess that is wrong ${index}`)))
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ text }) => text.includes(FAILED)).length).toBeLessThanOrEqual(FREE)
    expect(responses.filter(({ status, text }) => status === 429 || TOO_MANY.test(text)).length).toBeGreaterThanOrEqual(50 - FREE - 1)
    expect((await refusals(user.email)) - before).toBeLessThanOrEqual(FREE)
    expectTooSoon(await byForm(user.email, PASSWORD))
  })

  // ASVS 4.1.3, 15.3.4
  test.each([
    { 'x-forwarded-for': '198.51.100.77' },
    { 'x-forwarded-for': '198.51.100.78, 198.51.100.79' },
    { 'x-real-ip': '198.51.100.80', 'cf-connecting-ip': '198.51.100.81', 'true-client-ip': '198.51.100.82' },
    { forwarded: 'for=198.51.100.83', 'x-client-ip': '198.51.100.84', 'x-cluster-client-ip': '198.51.100.85' },
    { 'user-agent': 'Another browser altogether', 'accept-language': 'eo' },
  ] as Record<string, string>[])('stays limited with the headers %j', async (headers) => {
    await failFreely(user)
    expectTooSoon(await byForm(user.email, PASSWORD, headers))
    expectTooSoonAtEndpoint(await byEndpoint(user.email, PASSWORD, headers))
    const [{ addresses } = { addresses: 0 }] = await asSuperuser<{ addresses: number }>(
      `SELECT count(*)::int AS addresses FROM limits WHERE key LIKE 'sign-in:address:%'`,
    )
    expect(addresses).toBe(1)
  })

  test.each(['x', 'f'.repeat(43), "' OR true --", ''])('stays limited with the made-up device cookie %j', async (device) => {
    await failFreely(user)
    const client = new HttpClient()
    client.cookies.set(DEVICE_COOKIE, encodeURIComponent(device))
    expectTooSoon(await byForm(user.email, PASSWORD, {}, client))
  })

  test('stays limited with the device cookie of another user', async () => {
    const eve = await registerUser()
    await failFreely(user)
    const client = new HttpClient()
    client.cookies.set(DEVICE_COOKIE, eve.client.cookies.get(DEVICE_COOKIE) ?? '')
    expectTooSoon(await byForm(user.email, PASSWORD, {}, client))
  })
})

describe('the user whose password is guessed', () => {
  // ASVS 6.3.1, 8.2.4
  test('can still sign in from a browser that they used before', async () => {
    await failFreely(user)
    expectTooSoon(await byForm(user.email, PASSWORD))
    const own = new HttpClient()
    own.cookies.set(DEVICE_COOKIE, user.client.cookies.get(DEVICE_COOKIE) ?? '')
    expect((await byForm(user.email, PASSWORD, {}, own)).status).toBe(303)
    expect((await own.get('/private')).text).toContain(user.email)
  })

  test('gets an HttpOnly device cookie, which does not sign in', async () => {
    const client = new HttpClient()
    const response = await byForm(user.email, PASSWORD, {}, client)
    const line = response.setCookies.find((cookie) => cookie.startsWith(`${DEVICE_COOKIE}=`)) ?? ''
    expect(line).toMatch(/^[^=]+=[\w-]{43};/)
    for (const part of [/HttpOnly/i, /SameSite=lax/i, /Path=\//i, /Max-Age=34560000/i]) expect(line).toMatch(part)
    expect(line).not.toMatch(/domain/i)
    const thief = new HttpClient()
    thief.cookies.set(DEVICE_COOKIE, client.cookies.get(DEVICE_COOKIE) ?? '')
    expect((await thief.get('/private')).status).toBe(307)
  })

  test('can sign in any number of times', async () => {
    for (let n = 0; n < FREE + 3; n += 1) await signIn(user)
  })
})

describe('an unknown email', () => {
  // ASVS 6.3.8
  test.each([
    ['form', byForm],
    ['endpoint', byEndpoint],
  ] as const)('is limited like a known one, with the %s', async (_, guess) => {
    const responses: unknown[][] = []
    for (const { email } of [await registerUser(), unknownUser()]) {
      const outcomes = []
      for (let n = 0; n < FREE + 2; n += 1) {
        const { status, text, headers } = await guess(email, 'a guess that is wrong')
        outcomes.push([status, text.includes(FAILED), /Too many attempts/.test(text), headers.has('retry-after')])
      }
      responses.push(outcomes)
    }
    expect(responses[0]?.at(-1)?.[2 as keyof unknown]).toBe(true)
    expect(responses[0]).toEqual(responses[1])
  })

  test('gets no device cookie from a failed sign-in, like a known one', async () => {
    for (const { email } of [user, unknownUser()])
      expect((await byForm(email, 'a guess that is wrong')).setCookies.filter((line) => line.startsWith(DEVICE_COOKIE))).toEqual([])
  })
})

describe('the endpoints of Auth.js', () => {
  // ASVS 2.4.1
  test('answer 429 with Retry-After beyond six hundred requests a minute from one address, and pages still answer', async () => {
    await new HttpClient().get('/api/auth/session')
    const counted = await asSuperuser(`UPDATE limits SET points = 600 WHERE key LIKE 'auth-endpoint:address:%' RETURNING key`)
    expect(counted).toHaveLength(1)
    for (const path of ['session', 'csrf', 'providers', 'nothing']) {
      const response = await new HttpClient().get(`/api/auth/${path}`, { 'x-forwarded-for': '198.51.100.9' })
      expectTooSoonAtEndpoint(response)
    }
    expect((await new HttpClient().get('/login')).status).toBe(200)
    await asSuperuser(`UPDATE limits SET points = 599 WHERE key LIKE 'auth-endpoint:address:%'`)
    expect((await new HttpClient().get('/api/auth/session')).status).toBe(200)
  })
})

async function refusals(email: string): Promise<number> {
  const [row] = await asSuperuser<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit_events JOIN users ON users.id = user_id WHERE email = $1 AND kind = 'session.refused'`,
    [email],
  )
  return row?.n ?? 0
}
