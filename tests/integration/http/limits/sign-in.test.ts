import { describe, expect, test } from 'vitest'
import { counterOf } from '@/lib/http/limits/counters'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { beginSignIn } from '@/lib/http/limits/sign-in'
import { LIMITS } from '@/lib/http/limits/table'
import { authenticate } from '@/lib/users/users'
import { atOnce } from '../../../support/at-once'
import { asSuperuser } from '../../../support/database'
import { endLimits } from '../../../support/limits'
import { PASSWORD, registerUser, unique } from '../../../support/people'

const TIMEOUT_MS = 60_000 // hashes passwords
const FREE = LIMITS['sign-in-failures'].email.points
const newEmail = () => `${unique('guessed')}@example.com`

let hosts = 0
/** A request from an unused IP address. */
const newRequest = () => {
  hosts += 1
  return { ip: `203.0.${hosts >> 8}.${hosts & 255}`, userAgent: null }
}

/** Records a failed sign-in. @returns 0, or the seconds until the next attempt is allowed */
async function fail(email: string, request = newRequest(), device?: string): Promise<number> {
  try {
    const attempt = await beginSignIn({ email, request, ...(device ? { device } : {}) })
    await attempt.failed()
    return 0
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
    return error.retryAfterSeconds
  }
}

/** Fails as often as is allowed without a delay. */
async function failFreely(email: string, request?: ReturnType<typeof newRequest>) {
  for (let n = 0; n < FREE; n += 1) expect(await fail(email, request)).toBe(0)
}

describe("guessing one user's password from any address", () => {
  // ASVS 6.3.1
  test('is delayed after the fifth failure, twice as long after each further one, up to an hour', async () => {
    const email = newEmail()
    await failFreely(email)
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await fail(email)).toBe(0)
      const wait = await fail(email)
      expect(wait).toBeGreaterThan(minutes * 60 - 10)
      expect(wait).toBeLessThanOrEqual(minutes * 60)
      await endLimits('sign-in-delay', 3_000)
      expect(await fail(email)).toBeGreaterThan(0)
      await endLimits('sign-in-delay', 0)
    }
    expect(await fail(newEmail())).toBe(0)
  })

  test('is delayed until a day after the first failure', async () => {
    const email = newEmail()
    await failFreely(email)
    await endLimits('sign-in-failures', 3_000)
    expect(await fail(email)).toBe(0)
    expect(await fail(email)).toBeGreaterThan(0)
    await endLimits('sign-in-', 0)
    await failFreely(email)
  })

  // ASVS 6.3.1
  test('allows only the free attempts out of fifty simultaneous ones', async () => {
    const email = newEmail()
    const attempts = await atOnce(50, () =>
      beginSignIn({ email, request: newRequest() }).catch((error) => (error instanceof RateLimited ? null : Promise.reject(error))),
    )
    const allowed = attempts.filter((attempt) => attempt !== null)
    expect(allowed).toHaveLength(FREE + 1)
    for (const attempt of allowed) await attempt.failed()
    expect((await counterOf('sign-in-failures', 'email', { email }).read())?.count).toBe(FREE + 1)
    expect(await fail(email)).toBeLessThanOrEqual(60)
  })
})

describe('guessing from one IP address', () => {
  // ASVS 2.4.1, 6.3.1
  test('is slowed before sixty users have failed, across its IPv6 /64, and known browsers there are exempt', async () => {
    const host = (n: number) => ({ ip: `2001:db8:60:60::${n}`, userAgent: null })
    const waits: number[] = []
    for (let n = 1; n <= 60; n += 1) waits.push(await fail(newEmail(), host(n)))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(LIMITS['sign-in'].address.points)
    expect(waits.at(-1)).toBeGreaterThan(10 * 60)
    expect(await fail(newEmail(), { ip: '2001:db8:60:61::1', userAgent: null })).toBe(0)
    await (await beginSignIn({ email: newEmail(), request: host(1), device: 'known' })).succeeded()
  })
})

describe('a known browser', () => {
  // ASVS 6.3.1, 8.2.4
  test('can sign in while an attacker guesses from the same address', async () => {
    const [email, request] = [newEmail(), newRequest()]
    for (let n = 0; n < FREE + 1; n += 1) await fail(email, request)
    expect(await fail(email, request)).toBeGreaterThan(0)
    const attempt = await beginSignIn({ email, request, device: 'known' })
    await attempt.succeeded()
    expect(await fail(email, request)).toBeGreaterThan(0) // the attacker is still delayed
  })

  test('has a separate limit, which counts successful sign-ins too', async () => {
    const [email, { points }] = [newEmail(), LIMITS['sign-in-known-device'].device]
    for (let n = 0; n < points - 1; n += 1) expect(await fail(email, newRequest(), 'one')).toBe(0)
    await (await beginSignIn({ email, request: newRequest(), device: 'one' })).succeeded()
    expect(await fail(email, newRequest(), 'one')).toBeGreaterThan(0)
    expect(await fail(email, newRequest(), 'other')).toBe(0)
    expect(await fail(newEmail(), newRequest(), 'one')).toBe(0) // the same browser, for another user
  })
})

describe('a sign-in', () => {
  // ASVS 2.4.1, 6.3.1
  test.each(['succeeded', 'failed'] as const)('that %s counts against its IP address and its user', async (ending) => {
    const [email, request] = [newEmail(), newRequest()]
    await (await beginSignIn({ email, request }))[ending]()
    expect((await counterOf('sign-in', 'address', { request }).read())?.count).toBe(1)
    expect((await counterOf('sign-in', 'email', { email }).read())?.count).toBe(1)
  })

  test('with the right password is refused after thirty for one user in 15 minutes', async () => {
    const email = newEmail()
    for (let n = 0; n < LIMITS['sign-in'].email.points; n += 1) await (await beginSignIn({ email, request: newRequest() })).succeeded()
    expect(await fail(email)).toBeGreaterThan(10 * 60)
  })

  test('that succeeds does not count as a failure', async () => {
    const email = newEmail()
    for (let n = 0; n < 10; n += 1) await (await beginSignIn({ email, request: newRequest() })).succeeded()
    await failFreely(email)
    await (await beginSignIn({ email, request: newRequest() })).succeeded()
    expect(await fail(email)).toBe(0) // without a delay
  })

  test('that is canceled is not counted', async () => {
    const [email, request] = [newEmail(), newRequest()]
    for (let n = 0; n < 30; n += 1) await (await beginSignIn({ email, request })).canceled()
    await (await beginSignIn({ email, request, device: 'known' })).canceled()
    const left = await asSuperuser<{ points: number }>(`SELECT points FROM limits WHERE key LIKE '%' || $1`, [request.ip])
    expect(left.map(({ points }) => points)).toEqual([0])
    await failFreely(email, request)
  })
})

test(
  'known and unknown emails are limited alike, and no password is checked once the limit is exceeded',
  async () => {
    const known = (await registerUser()).email
    const signIn = (email: string, password: string) =>
      authenticate({ email, password }, { request: newRequest(), defer: (work) => void work() })
    for (const email of [known, newEmail()]) {
      await failFreely(email)
      expect(await signIn(email, 'not that')).toBeNull()
      await expect(signIn(email, PASSWORD)).rejects.toThrow('The limit sign-in-delay is exceeded')
      expect((await counterOf('sign-in-failures', 'email', { email }).read())?.count).toBe(FREE + 1)
    }
  },
  TIMEOUT_MS,
)
