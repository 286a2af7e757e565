import 'server-only'
import { type Counter, counterOf } from './counters'
import type { LimitSubject } from './keys'
import { consumeLimit, refundLimit } from './limits'
import { RateLimited } from './rate-limited'
import { LIMITS, LONGEST_DELAY_SECONDS } from './table'

/** A guess at a secret. It counts as a failure until one of these is called. */
export type Guess = {
  failed: () => Promise<void>
  /** It was correct, or was not checked. */
  canceled: () => Promise<void>
}

const GUESSES = {
  'sign-in': {
    counters: (by: LimitSubject) => [counterOf('sign-in-failures', 'email', by), counterOf('sign-in-delay', 'email', by)] as const,
    free: LIMITS['sign-in-failures'].email.points,
    delaySeconds: LIMITS['sign-in-delay'].email.seconds,
  },
  factor: {
    counters: (by: LimitSubject) => [counterOf('factor-failures', 'user', by), counterOf('factor-delay', 'user', by)] as const,
    free: LIMITS['factor-failures'].user.points,
    delaySeconds: LIMITS['factor-delay'].user.seconds,
  },
}

/**
 * Counts a guess before it is checked. After the free failures, each further one delays the next guess, twice as long each time.
 * @throws RateLimited if the guess comes too soon; then it is not counted
 */
export async function beginGuess(at: keyof typeof GUESSES, by: LimitSubject): Promise<Guess> {
  const { counters, free, delaySeconds } = GUESSES[at]
  const [failures, delay] = counters(by)
  const isDelaying = await takeTurn(failures, delay)
  return {
    canceled: async () => {
      await failures.refund()
      if (isDelaying) await delay.reset()
    },
    failed: async () => {
      if (!isDelaying) return
      // Parallel guesses that were refused are already subtracted.
      const further = ((await failures.read())?.count ?? 0) - free
      await delay.set(1, Math.min(delaySeconds * 2 ** Math.max(0, further - 1), LONGEST_DELAY_SECONDS))
    },
  }
}

/**
 * Counts a guess at a user's second factor.
 * @param browser the id of a remembered browser, which has its own counter and no delays
 * @throws RateLimited if the guess comes too soon
 */
export async function beginFactorGuess({ id, email }: { id: string; email: string }, browser: string | undefined): Promise<Guess> {
  if (browser === undefined) return beginGuess('factor', { userId: id })
  const by = { email, device: browser }
  await consumeLimit('factor-remembered', by)
  return { failed: async () => undefined, canceled: () => refundLimit('factor-remembered', by) }
}

/**
 * Counts one more failure. After the free failures, one guess at a time is allowed, and the others are refused.
 * @returns whether this guess blocks the others
 * @throws RateLimited if another guess is in progress or the delay is not over; then it is not counted
 */
async function takeTurn(failures: Counter, delay: Counter): Promise<boolean> {
  try {
    await failures.consume()
    return false
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
  }
  try {
    await delay.consume()
    return true
  } catch (error) {
    await failures.refund()
    throw error
  }
}
