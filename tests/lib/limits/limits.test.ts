import { describe, expect, test, vi } from 'vitest'
import { counterOf } from '@/lib/http/limits/counters'
import { consumeLimit, eraseStaleLimits, refundLimit, resetLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { type Allowance, type CountedBy, LIMITS, type LimitName } from '@/lib/http/limits/table'
import { message, sentence } from '@/lib/messages'
import { asSuperuser } from '../../support/database'
import { endLimits } from '../../support/limits'
import { unique } from '../../support/people'

const HOUR_MS = 60 * 60 * 1000

/** Somebody and something that nothing was counted for yet. */
function fresh() {
  const tag = unique('x')
  const id = crypto.randomUUID()
  return {
    request: { ip: `2001:db8:${tag.slice(2, 6)}:${tag.slice(6, 10)}::1`, userAgent: null },
    email: `${tag}@example.com`,
    userId: id,
    accountId: id,
    device: tag,
    sessionId: tag,
  }
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof RateLimited ? 'too soon' : Promise.reject(error)),
  )

const COUNTS = Object.entries(LIMITS).flatMap(([limit, counts]) =>
  Object.entries(counts as Partial<Record<CountedBy, Allowance>>).map(
    ([counted, { points, seconds }]) => [limit as LimitName, counted as CountedBy, points, seconds] as const,
  ),
)

describe('a limit', () => {
  test.each(COUNTS)('%s, by %s: the %ith passes and no further, until %i seconds are over', async (limit, counted, points, seconds) => {
    const counter = counterOf(limit, counted, fresh())
    if (points > 1) await counter.consume(points - 1)
    await counter.consume()
    const refusal = await counter.consume().catch((error) => error)
    expect(refusal).toBeInstanceOf(RateLimited)
    expect(refusal.limit).toBe(limit)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(seconds)
    expect(refusal.retryAfterSeconds).toBeGreaterThan(seconds - 10)

    await counterOf(limit, counted, fresh()).consume(points) // another's is another
    await endLimits(`${limit}:`, 3_000)
    expect(await outcome(counter.consume())).toBe('too soon')
    await endLimits(`${limit}:`, 0)
    expect(await outcome(counter.consume())).toBe('done')
  })

  test('that is counted in several ways is over when one of them is', async () => {
    const [one, other] = [fresh(), fresh()]
    for (let n = 0; n < LIMITS['password-reset'].email.points; n += 1)
      await consumeLimit('password-reset', { ...fresh(), email: one.email })
    expect(await outcome(consumeLimit('password-reset', { ...other, email: one.email }))).toBe('too soon')
    expect(await outcome(consumeLimit('password-reset', { ...one, email: other.email }))).toBe('done')
  })

  test('counts fifty at once as fifty', async () => {
    const by = fresh()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(consumeLimit('invitation-link', by))))
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(LIMITS['invitation-link'].user.points)
  })

  test('counts a list by its length, and none of one that is too long', async () => {
    const by = fresh()
    const { points } = LIMITS.invitation.user
    await consumeLimit('invitation', by, points - 10)
    expect(await outcome(consumeLimit('invitation', by, 11))).toBe('too soon')
    expect(await outcome(consumeLimit('invitation', by, 10))).toBe('done')
    expect(await outcome(consumeLimit('invitation', by))).toBe('too soon')
  })

  test('is given back and forgotten', async () => {
    const by = fresh()
    const { points } = LIMITS.proof.session
    await consumeLimit('proof', by, points)
    await refundLimit('proof', by)
    expect(await outcome(consumeLimit('proof', by))).toBe('done')
    expect(await outcome(consumeLimit('proof', by))).toBe('too soon')
    await resetLimit('proof', by)
    expect(await outcome(consumeLimit('proof', by, points))).toBe('done')
  })

  test('is one for all servers, and holds through a restart', async () => {
    const by = fresh()
    await consumeLimit('proof', by, LIMITS.proof.session.points)
    vi.resetModules()
    const other = await import('@/lib/http/limits/limits')
    await expect(other.consumeLimit('proof', by)).rejects.toThrow('The limit proof is exceeded')
  })

  test('cannot be counted by what is not known: that would be no limit', async () => {
    await expect(consumeLimit('registration', { email: 'ada@example.com' })).rejects.toThrow(/registration is counted by address/)
    await expect(consumeLimit('invitation', { userId: crypto.randomUUID() })).rejects.toThrow(/invitation is counted by account/)
  })

  test('keeps no email address that was tried', async () => {
    const by = fresh()
    for (const limit of ['sign-in', 'password-reset', 'sign-in-known-device'] as const) await consumeLimit(limit, by)
    const keys = (await asSuperuser<{ key: string }>('SELECT key FROM limits')).map(({ key }) => key).join('\n')
    expect(keys).not.toContain('@example.com')
    expect(keys).not.toContain(by.email.split('@')[0])
    expect(keys).not.toMatch(new RegExp(by.device))
  })
})

describe('the count of an address', () => {
  test('is that of its /64, and of no other', async () => {
    const from = (ip: string) => ({ request: { ip, userAgent: null } })
    await consumeLimit('auth-endpoint', from('2001:db8:aaaa:1::1'), LIMITS['auth-endpoint'].address.points)
    expect(await outcome(consumeLimit('auth-endpoint', from('2001:db8:aaaa:1:ffff::2')))).toBe('too soon')
    expect(await outcome(consumeLimit('auth-endpoint', from('2001:db8:aaaa:2::1')))).toBe('done')
    await consumeLimit('auth-endpoint', from('198.51.100.1'), LIMITS['auth-endpoint'].address.points)
    expect(await outcome(consumeLimit('auth-endpoint', from('198.51.100.2')))).toBe('done')
  })
})

test('what has ended an hour ago is erased, and nothing else', async () => {
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
])('%s seconds are %s', (seconds, words) => {
  expect(sentence(message('rate-limited', { seconds }))).toBe(`Too many attempts. Try again in ${words}.`)
})
