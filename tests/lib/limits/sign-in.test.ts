import { describe, expect, test } from 'vitest'
import { counterOf } from '@/lib/http/limits/counters'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { beginSignIn } from '@/lib/http/limits/sign-in'
import { LIMITS } from '@/lib/http/limits/table'
import { authenticate } from '@/lib/users/users'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { endLimits } from '../../support/limits'
import { PASSWORD, registerPerson, unique } from '../../support/people'

const SLOW_MS = 60_000 // hashing takes its time
const FREE = LIMITS['sign-in-failures'].email.points
const address = () => `${unique('guessed')}@example.com`

let hosts = 0
/** An address that nobody has tried from. */
const elsewhere = () => {
  hosts += 1
  return { ip: `203.0.${hosts >> 8}.${hosts & 255}`, userAgent: null }
}

/** Tries and fails. @returns 0, or for how many seconds it may not be tried */
async function fail(email: string, request = elsewhere(), device?: string): Promise<number> {
  try {
    const tried = await beginSignIn({ email, request, ...(device ? { device } : {}) })
    await tried.failed()
    return 0
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
    return error.retryAfterSeconds
  }
}

async function failFreely(email: string, request?: ReturnType<typeof elsewhere>) {
  for (let n = 0; n < FREE; n += 1) expect(await fail(email, request)).toBe(0)
}

describe('guessing one person, from anywhere', () => {
  test('waits after the fifth failure, and twice as long after each further one, up to an hour', async () => {
    const email = address()
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
    expect(await fail(address())).toBe(0)
  })

  test('is forgotten a day after the first failure, and not before', async () => {
    const email = address()
    await failFreely(email)
    await endLimits('sign-in-failures', 3_000)
    expect(await fail(email)).toBe(0)
    expect(await fail(email)).toBeGreaterThan(0)
    await endLimits('sign-in-', 0)
    await failFreely(email)
  })

  test('fifty at once is five, and the wait is that of five', async () => {
    const email = address()
    const tries = await atOnce(50, () =>
      beginSignIn({ email, request: elsewhere() }).catch((error) => (error instanceof RateLimited ? null : Promise.reject(error))),
    )
    const begun = tries.filter((each) => each !== null)
    expect(begun).toHaveLength(FREE + 1)
    for (const each of begun) await each.failed()
    expect((await counterOf('sign-in-failures', 'email', { email }).read())?.count).toBe(FREE + 1)
    expect(await fail(email)).toBeLessThanOrEqual(60)
  })
})

describe('guessing from one address', () => {
  test('one person, is over after ten, however long one waits between them', async () => {
    const [email, request] = [address(), elsewhere()]
    for (let n = 0; n < LIMITS['sign-in'].pair.points; n += 1) {
      expect(await fail(email, request)).toBe(0)
      await endLimits('sign-in-delay', 0)
    }
    expect(await fail(email, request)).toBeGreaterThan(10 * 60)
    expect(await fail(email)).toBe(0) // from elsewhere
    expect(await fail(address(), request)).toBe(0) // another, from there
    await endLimits('sign-in-delay', 0)
    await endLimits(`@${request.ip}`, 3_000)
    expect(await fail(email, request)).toBeGreaterThan(0)
    await endLimits(`@${request.ip}`, 0)
    expect(await fail(email, request)).toBe(0)
  })

  test('many people, is over after five hundred', async () => {
    const request = elsewhere()
    await counterOf('sign-in', 'address', { request }).consume(LIMITS['sign-in'].address.points - 1)
    expect(await fail(address(), request)).toBe(0)
    expect(await fail(address(), request)).toBeGreaterThan(10 * 60)
  })
})

describe('a browser that was signed in from before', () => {
  test('gets in while its person is being guessed, from the same address too', async () => {
    const [email, request] = [address(), elsewhere()]
    for (let n = 0; n < FREE + 1; n += 1) await fail(email, request)
    expect(await fail(email, request)).toBeGreaterThan(0)
    const tried = await beginSignIn({ email, request, device: 'known' })
    await tried.succeeded()
    expect(await fail(email, request)).toBeGreaterThan(0) // the guesser waits on
  })

  test('is limited by itself, and a success makes that good', async () => {
    const [email, { points }] = [address(), LIMITS['sign-in-known-device'].device]
    for (let n = 0; n < points - 1; n += 1) expect(await fail(email, elsewhere(), 'one')).toBe(0)
    await (await beginSignIn({ email, request: elsewhere(), device: 'one' })).succeeded()
    for (let n = 0; n < points; n += 1) expect(await fail(email, elsewhere(), 'one')).toBe(0)
    expect(await fail(email, elsewhere(), 'one')).toBeGreaterThan(0)
    expect(await fail(email, elsewhere(), 'other')).toBe(0)
    expect(await fail(address(), elsewhere(), 'one')).toBe(0) // the same browser, for another person
  })
})

describe('a sign-in that succeeds', () => {
  test('is not counted, and clears what its address had failed', async () => {
    const [email, request] = [address(), elsewhere()]
    for (let n = 0; n < 30; n += 1) await (await beginSignIn({ email, request })).succeeded()
    await failFreely(email, request)
    await (await beginSignIn({ email, request })).succeeded()
    expect(await counterOf('sign-in', 'pair', { email, request }).read()).toBeNull()
    expect((await counterOf('sign-in', 'address', { request }).read())?.count).toBe(FREE)
    expect(await fail(email)).toBe(0) // nobody waits because of it
  })

  test('and one that nobody judged leave nothing behind', async () => {
    const [email, request] = [address(), elsewhere()]
    for (let n = 0; n < 30; n += 1) await (await beginSignIn({ email, request })).canceled()
    await (await beginSignIn({ email, request, device: 'known' })).canceled()
    const left = await asSuperuser<{ points: number }>(`SELECT points FROM limits WHERE key LIKE '%' || $1`, [request.ip])
    expect(left.map(({ points }) => points)).toEqual([0, 0])
    await failFreely(email, request)
  })
})

test(
  'a known address and an unknown one are counted alike, and neither is judged when it is too soon',
  async () => {
    const known = (await registerPerson()).email
    const tried = (email: string, password: string) =>
      authenticate({ email, password }, { request: elsewhere(), defer: (work) => void work() })
    for (const email of [known, address()]) {
      await failFreely(email)
      expect(await tried(email, 'not that')).toBeNull()
      await expect(tried(email, PASSWORD)).rejects.toThrow('The limit sign-in-delay is exceeded')
      expect((await counterOf('sign-in-failures', 'email', { email }).read())?.count).toBe(FREE + 1)
    }
  },
  SLOW_MS,
)
