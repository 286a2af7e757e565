import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { type Answer, Browser, changesNothing, expectNoFault, PASSWORD, registered, SESSION_COOKIE, signedIn } from './browserless'

// Trying passwords, one after another and all at once, by the form and by the endpoint, with every header that might help.

const FAILED = 'Email or password is incorrect.'
const TOO_MANY = /role="alert"[^>]*>.*Too many tries\. Try again in (\d+) (second|minute)s?\./s
const FREE = 5
const ENDPOINT = '/api/auth/callback/credentials'
const DEVICE_COOKIE = SESSION_COOKIE.replace('authjs.session-token', 'atrium.device')

const nobody = () => ({ email: `ada-${randomBytes(5).toString('hex')}@example.com`, password: PASSWORD })

let person: Awaited<ReturnType<typeof registered>>
beforeAll(async () => {
  person = await registered()
})
// What one test has tried is not to count against the next, nor against the files that follow.
afterEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE 'sign-in%' OR key LIKE 'auth-endpoint%'`))

const byForm = (email: string, password: string, headers: Record<string, string> = {}, browser = new Browser()) =>
  browser.submit('/login', 'Sign in', { email, password }, { headers, withinMs: 40_000 })

async function byEndpoint(email: string, password: string, headers: Record<string, string> = {}) {
  const browser = new Browser()
  const { csrfToken } = JSON.parse((await browser.get('/api/auth/csrf')).text)
  const answer = await browser.request(ENDPOINT, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, email, password }),
    headers,
    withinMs: 40_000,
  })
  return { ...answer, isIn: browser.session !== undefined }
}

function expectTooSoon(answer: Answer) {
  expect(answer.status).toBe(200)
  expect(answer.text).toMatch(TOO_MANY)
  expect(answer.text).not.toContain(FAILED)
  expect(answer.cookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
}

function expectTooSoonAtEndpoint(answer: Answer) {
  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(answer.text).toMatch(/Too many tries/)
  expect(answer.cookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
}

async function failFreely({ email }: { email: string }, guess: (email: string, password: string) => Promise<Answer> = byForm) {
  const before = await refusals(email)
  for (let n = 0; n < FREE; n += 1) expectNoFault(await guess(email, `a guess that is wrong ${n}`))
  await expect.poll(() => refusals(email)).toBe(before + FREE) // written down when the answer is out
}

describe('guessing a password', () => {
  test('by the form, is over after five, by the endpoint too, also with the right one', async () => {
    await failFreely(person)
    await changesNothing(async () => {
      expectTooSoon(await byForm(person.email, 'another guess'))
      expectTooSoon(await byForm(person.email, PASSWORD))
      expectTooSoonAtEndpoint(await byEndpoint(person.email, PASSWORD))
    })
  })

  test('by the endpoint, is over after five, by the form too, also with the right one', async () => {
    await failFreely(person, byEndpoint)
    await changesNothing(async () => {
      expectTooSoonAtEndpoint(await byEndpoint(person.email, 'another guess'))
      expectTooSoonAtEndpoint(await byEndpoint(person.email, PASSWORD))
      expectTooSoon(await byForm(person.email, PASSWORD))
    })
  })

  test('in capitals or between spaces is guessing the same one', async () => {
    for (const email of [
      person.email,
      person.email.toUpperCase(),
      ` ${person.email}`,
      `${person.email} `,
      ` ${person.email.toUpperCase()} `,
    ])
      expect((await byForm(email, 'a wrong guess')).text).toContain(FAILED)
    expectTooSoon(await byForm(person.email, 'a wrong guess'))
  })

  test('fifty times at once is judged five times, and no more', async () => {
    const before = await refusals(person.email)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => byForm(person.email, `a guess that is wrong ${index}`)))
    for (const answer of answers) expectNoFault(answer)
    expect(answers.filter(({ text }) => text.includes(FAILED)).length).toBeLessThanOrEqual(FREE)
    expect(answers.filter(({ text }) => TOO_MANY.test(text)).length).toBeGreaterThanOrEqual(50 - FREE - 1)
    expect((await refusals(person.email)) - before).toBeLessThanOrEqual(FREE)
    expectTooSoon(await byForm(person.email, PASSWORD))
  })

  test.each([
    { 'x-forwarded-for': '198.51.100.77' },
    { 'x-forwarded-for': '198.51.100.78, 198.51.100.79' },
    { 'x-real-ip': '198.51.100.80', 'cf-connecting-ip': '198.51.100.81', 'true-client-ip': '198.51.100.82' },
    { forwarded: 'for=198.51.100.83', 'x-client-ip': '198.51.100.84', 'x-cluster-client-ip': '198.51.100.85' },
    { 'user-agent': 'Another browser altogether', 'accept-language': 'eo' },
  ] as Record<string, string>[])('goes on with no %j', async (headers) => {
    await failFreely(person)
    expectTooSoon(await byForm(person.email, PASSWORD, headers))
    expectTooSoonAtEndpoint(await byEndpoint(person.email, PASSWORD, headers))
    const [{ addresses } = { addresses: 0 }] = await asSuperuser<{ addresses: number }>(
      `SELECT count(*)::int AS addresses FROM limits WHERE key LIKE 'sign-in:address:%'`,
    )
    expect(addresses).toBe(1)
  })

  test.each(['x', 'f'.repeat(43), "' OR true --", ''])('goes on with no device of one’s own making: %j', async (device) => {
    await failFreely(person)
    const browser = new Browser()
    browser.jar.set(DEVICE_COOKIE, encodeURIComponent(device))
    expectTooSoon(await byForm(person.email, PASSWORD, {}, browser))
  })

  test("goes on with no device of another person's", async () => {
    const eve = await registered()
    await failFreely(person)
    const browser = new Browser()
    browser.jar.set(DEVICE_COOKIE, eve.browser.jar.get(DEVICE_COOKIE) ?? '')
    expectTooSoon(await byForm(person.email, PASSWORD, {}, browser))
  })
})

describe('the owner', () => {
  test('gets in meanwhile from a browser that they signed in from before, by form and endpoint', async () => {
    await failFreely(person)
    expectTooSoon(await byForm(person.email, PASSWORD))
    const own = new Browser()
    own.jar.set(DEVICE_COOKIE, person.browser.jar.get(DEVICE_COOKIE) ?? '')
    expect((await byForm(person.email, PASSWORD, {}, own)).status).toBe(303)
    expect((await own.get('/private')).text).toContain(person.email)
  })

  test('has a cookie by which their browser is known, that signs nobody in and that no script reads', async () => {
    const browser = new Browser()
    const answer = await byForm(person.email, PASSWORD, {}, browser)
    const line = answer.cookies.find((cookie) => cookie.startsWith(`${DEVICE_COOKIE}=`)) ?? ''
    expect(line).toMatch(/^[^=]+=[\w-]{43};/)
    for (const part of [/HttpOnly/i, /SameSite=lax/i, /Path=\//i, /Max-Age=34560000/i]) expect(line).toMatch(part)
    expect(line).not.toMatch(/domain/i)
    const thief = new Browser()
    thief.jar.set(DEVICE_COOKIE, browser.jar.get(DEVICE_COOKIE) ?? '')
    expect((await thief.get('/private')).status).toBe(307)
  })

  test('signs in and out as often as they like', async () => {
    for (let n = 0; n < FREE + 3; n += 1) await signedIn(person)
  })
})

describe('an address that nobody has', () => {
  test.each([
    ['form', byForm],
    ['endpoint', byEndpoint],
  ] as const)('is limited as one that somebody has, by the %s', async (_, guess) => {
    const answers: unknown[][] = []
    for (const { email } of [await registered(), nobody()]) {
      const outcomes = []
      for (let n = 0; n < FREE + 2; n += 1) {
        const { status, text, headers } = await guess(email, 'a guess that is wrong')
        outcomes.push([status, text.includes(FAILED), /Too many tries/.test(text), headers.has('retry-after')])
      }
      answers.push(outcomes)
    }
    expect(answers[0]?.at(-1)?.[2 as keyof unknown]).toBe(true)
    expect(answers[0]).toEqual(answers[1])
  })

  test('fails without a device cookie being set, as any failure does', async () => {
    for (const { email } of [person, nobody()])
      expect((await byForm(email, 'a guess that is wrong')).cookies.filter((line) => line.startsWith(DEVICE_COOKIE))).toEqual([])
  })
})

describe('the endpoints of Auth.js, from one address', () => {
  test('answer 429 past six hundred a minute, with when to try again, and the pages go on', async () => {
    await new Browser().get('/api/auth/session')
    const counted = await asSuperuser(`UPDATE limits SET points = 600 WHERE key LIKE 'auth-endpoint:address:%' RETURNING key`)
    expect(counted).toHaveLength(1)
    for (const path of ['session', 'csrf', 'providers', 'nothing']) {
      const answer = await new Browser().get(`/api/auth/${path}`, { 'x-forwarded-for': '198.51.100.9' })
      expectTooSoonAtEndpoint(answer)
    }
    expect((await new Browser().get('/login')).status).toBe(200)
    await asSuperuser(`UPDATE limits SET points = 599 WHERE key LIKE 'auth-endpoint:address:%'`)
    expect((await new Browser().get('/api/auth/session')).status).toBe(200)
  })
})

async function refusals(email: string): Promise<number> {
  const [row] = await asSuperuser<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit_events JOIN users ON users.id = user_id WHERE email = $1 AND kind = 'session.refused'`,
    [email],
  )
  return row?.n ?? 0
}
