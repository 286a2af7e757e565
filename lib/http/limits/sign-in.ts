import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Counter, counterOf } from './counters'
import { consumeLimit, refundLimit } from './limits'
import { RateLimited } from './rate-limited'
import { LIMITS, LONGEST_DELAY_SECONDS } from './table'

/** A sign-in attempt. It counts as a failure until one of these is called. */
export type SignInAttempt = {
  succeeded: () => Promise<void>
  failed: () => Promise<void>
  /** The password was not checked, because the hashing queue was full. */
  canceled: () => Promise<void>
}

/**
 * Counts a sign-in attempt before the password is checked, by IP address and by email, whether it succeeds or fails
 * (ASVS 2.4.1, 6.3.1). Every step is the same for an unknown email.
 * @param device the id of a browser that the user has signed in from before. It has its own counter and is exempt from the
 *   others, so that neither an attacker nor colleagues who share an IP address lock the user out
 * @throws RateLimited if the attempt comes too soon
 */
export async function beginSignIn({
  email,
  request,
  device,
}: {
  email: string
  request: RequestInfo
  device?: string
}): Promise<SignInAttempt> {
  return device === undefined ? fromAnywhere({ email, request }) : fromKnownDevice({ email, device })
}

async function fromKnownDevice(by: { email: string; device: string }): Promise<SignInAttempt> {
  await consumeLimit('sign-in-known-device', by)
  return {
    succeeded: async () => undefined,
    failed: async () => undefined,
    canceled: () => refundLimit('sign-in-known-device', by),
  }
}

async function fromAnywhere(by: { email: string; request: RequestInfo }): Promise<SignInAttempt> {
  const [failures, delay] = [counterOf('sign-in-failures', 'email', by), counterOf('sign-in-delay', 'email', by)]
  const isDelaying = await takeTurn(failures, delay)
  const forget = async () => {
    await failures.refund()
    if (isDelaying) await delay.reset()
  }
  await consumeLimit('sign-in', by).catch(async (error) => {
    await forget()
    throw error
  })
  return {
    succeeded: forget,
    failed: async () => {
      // Parallel attempts that were refused are already subtracted.
      if (isDelaying) await delay.set(1, delaySeconds((await failures.read())?.count ?? 0))
    },
    canceled: async () => {
      await refundLimit('sign-in', by)
      await forget()
    },
  }
}

/**
 * Counts one more failure. After the free failures, one attempt at a time is allowed, and the others are refused.
 * @returns whether this attempt blocks the others
 * @throws RateLimited if another attempt is in progress or the delay is not over; then it is not counted
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

function delaySeconds(failures: number): number {
  const further = failures - LIMITS['sign-in-failures'].email.points
  return Math.min(LIMITS['sign-in-delay'].email.seconds * 2 ** Math.max(0, further - 1), LONGEST_DELAY_SECONDS)
}
