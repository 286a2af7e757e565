import { describe, expect, test, vi } from 'vitest'
import { counterOf } from '@/lib/http/limits/counters'
import { consumeLimit, eraseStaleLimits, refundLimit, resetLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { type Allowance, type CountedBy, LIMITS, type LimitName } from '@/lib/http/limits/table'
import { message, sentence } from '@/lib/messages'
import { asSuperuser } from '../../../support/database'
import { endLimits } from '../../../support/limits'
import { unique } from '../../../support/people'

const HOUR_MS = 60 * 60 * 1000

/** Unused values for every key that limits count by. */
function newKeys() {
  const tag = unique('x')
  const id = crypto.randomUUID()
  return {
    request: { ip: `2001:db8:${tag.slice(2, 6)}:${tag.slice(6, 10)}::1`, userAgent: null },
    email: `${tag}@example.com`,
    userId: id,
    accountId: id,
    device: tag,
    content: tag,
    sessionId: tag,
  }
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error) => (error instanceof RateLimited ? 'limited' : Promise.reject(error)),
  )

const COUNTS = Object.entries(LIMITS).flatMap(([limit, counts]) =>
  Object.entries(counts as Partial<Record<CountedBy, Allowance>>).map(
    ([counted, { points, seconds }]) => [limit as LimitName, counted as CountedBy, points, seconds] as const,
  ),
)

describe('a limit', () => {
  // ASVS 2.3.2, 2.4.1
  test.each(COUNTS)('%s by %s allows %i attempts in %i seconds', async (limit, counted, points, seconds) => {
    const counter = counterOf(limit, counted, newKeys())
    if (points > 1) await counter.consume(points - 1)
    await counter.consume()
    const refusal = await counter.consume().catch((error) => error)
    expect(refusal).toBeInstanceOf(RateLimited)
    expect(refusal.limit).toBe(limit)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(seconds)
    expect(refusal.retryAfterSeconds).toBeGreaterThan(seconds - 10)

    await counterOf(limit, counted, newKeys()).consume(points) // other keys are counted separately
    await endLimits(`${limit}:`, 3_000)
    expect(await outcome(counter.consume())).toBe('limited')
    await endLimits(`${limit}:`, 0)
    expect(await outcome(counter.consume())).toBe('allowed')
  })

  test('with several counters is exceeded when one of them is', async () => {
    const one = newKeys()
    for (let n = 0; n < LIMITS['password-reset'].pair.points; n += 1) await consumeLimit('password-reset', one)
    expect(await outcome(consumeLimit('password-reset', one))).toBe('limited')
    expect(await outcome(consumeLimit('password-reset', { ...one, email: newKeys().email }))).toBe('allowed')
  })

  // ASVS 6.3.8
  test.each(['registration-mail', 'password-reset', 'email-change'] as const)(
    'of %s counts requests for an email by requester, so that a stranger cannot use up its owner’s',
    async (limit) => {
      const [stranger, { email }] = [newKeys(), newKeys()]
      while ((await outcome(consumeLimit(limit, { ...stranger, email }))) === 'allowed');
      expect(await outcome(consumeLimit(limit, { ...newKeys(), email }))).toBe('allowed')
    },
  )

  // ASVS 2.4.1
  test('counts each of fifty simultaneous attempts', async () => {
    const by = newKeys()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(consumeLimit('registration-mail', by))))
    expect(outcomes.filter((result) => result === 'allowed')).toHaveLength(LIMITS['registration-mail'].pair.points)
  })

  test('counts each item of a list, and refuses a list that exceeds the remainder without counting it', async () => {
    const by = newKeys()
    const { points } = LIMITS.invitation.user
    await consumeLimit('invitation', by, points - 10)
    expect(await outcome(consumeLimit('invitation', by, 11))).toBe('limited')
    expect(await outcome(consumeLimit('invitation', by, 10))).toBe('allowed')
    expect(await outcome(consumeLimit('invitation', by))).toBe('limited')
  })

  test('can be refunded and reset', async () => {
    const by = newKeys()
    const { points } = LIMITS.proof.session
    await consumeLimit('proof', by, points)
    await refundLimit('proof', by)
    expect(await outcome(consumeLimit('proof', by))).toBe('allowed')
    expect(await outcome(consumeLimit('proof', by))).toBe('limited')
    await resetLimit('proof', by)
    expect(await outcome(consumeLimit('proof', by, points))).toBe('allowed')
  })

  test('is shared by all servers and survives a restart', async () => {
    const by = newKeys()
    await consumeLimit('proof', by, LIMITS.proof.session.points)
    vi.resetModules()
    const other = await import('@/lib/http/limits/limits')
    await expect(other.consumeLimit('proof', by)).rejects.toThrow('The limit proof is exceeded')
  })

  test('throws if a key is missing, instead of allowing the attempt', async () => {
    await expect(consumeLimit('registration', { email: 'ada@example.com' })).rejects.toThrow(/registration is counted by address/)
    await expect(consumeLimit('invitation', { userId: crypto.randomUUID() })).rejects.toThrow(/invitation is counted by account/)
  })

  // ASVS 14.2.4
  test('stores no email address and no browser id', async () => {
    const by = newKeys()
    for (const limit of ['sign-in', 'password-reset', 'sign-in-known-device'] as const) await consumeLimit(limit, by)
    const keys = (await asSuperuser<{ key: string }>('SELECT key FROM limits')).map(({ key }) => key).join('\n')
    expect(keys).not.toContain('@example.com')
    expect(keys).not.toContain(by.email.split('@')[0])
    expect(keys).not.toMatch(new RegExp(by.device))
  })
})

describe('the counter of an IP address', () => {
  test('is shared by an IPv6 /64 network, and by no other address', async () => {
    const from = (ip: string) => ({ request: { ip, userAgent: null } })
    await consumeLimit('auth-endpoint', from('2001:db8:aaaa:1::1'), LIMITS['auth-endpoint'].address.points)
    expect(await outcome(consumeLimit('auth-endpoint', from('2001:db8:aaaa:1:ffff::2')))).toBe('limited')
    expect(await outcome(consumeLimit('auth-endpoint', from('2001:db8:aaaa:2::1')))).toBe('allowed')
    await consumeLimit('auth-endpoint', from('198.51.100.1'), LIMITS['auth-endpoint'].address.points)
    expect(await outcome(consumeLimit('auth-endpoint', from('198.51.100.2')))).toBe('allowed')
  })
})

// ASVS 14.2.7
test('eraseStaleLimits erases only the counters that ended more than an hour ago', async () => {
  await asSuperuser('DELETE FROM limits')
  for (const [index, inMs] of [-HOUR_MS - 5_000, -HOUR_MS + 60_000, 60_000].entries()) {
    await counterOf('email-change', 'user', { userId: `person-${index}` }).consume()
    await endLimits(`person-${index}`, inMs)
  }
  expect(await eraseStaleLimits()).toBe(1)
  const left = await asSuperuser<{ key: string }>('SELECT key FROM limits ORDER BY key')
  expect(left.map(({ key }) => key)).toEqual(['email-change:user:person-1', 'email-change:user:person-2'])
})

test.each([
  [0.2, '1 second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [300, '5 minutes'],
  [3600, '60 minutes'],
  [3601, '2 hours'],
  [86_400, '24 hours'],
])('the message for %s seconds says to try again in %s', (seconds, words) => {
  expect(sentence(message('rate-limited', { seconds }))).toBe(`Too many attempts. Try again in ${words}.`)
})
