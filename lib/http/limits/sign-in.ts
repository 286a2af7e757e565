import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Counter, counterOf } from './counters'
import { giveBack, reset, spend } from './limits'
import { LIMITS, LONGEST_DELAY_SECONDS } from './table'
import { RateLimited } from './too-soon'

/** A sign-in attempt. It counts as a failure until one of these is called. */
export type SignInTry = {
  succeeded: () => Promise<void>
  failed: () => Promise<void>
  /** The password was not checked, for example because the hashing queue was full. */
  undone: () => Promise<void>
}

/**
 * Counts a sign-in attempt before the password is checked. Every step is the same for an unknown email.
 * @param device the id of a browser that the user has signed in from before; it has its own counter, so that an attacker who
 *   guesses elsewhere does not lock the user out
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
}): Promise<SignInTry> {
  return device === undefined ? fromAnywhere({ email, request }) : fromKnownDevice({ email, device })
}

async function fromKnownDevice(by: { email: string; device: string }): Promise<SignInTry> {
  await spend('sign-in-known-device', by)
  return {
    succeeded: () => reset('sign-in-known-device', by),
    failed: async () => undefined,
    undone: () => giveBack('sign-in-known-device', by),
  }
}

async function fromAnywhere(by: { email: string; request: RequestInfo }): Promise<SignInTry> {
  const [failures, delay] = [counterOf('sign-in-failures', 'email', by), counterOf('sign-in-delay', 'email', by)]
  const waiting = await delay.look()
  if (waiting) throw new RateLimited('sign-in-delay', waiting.retryAfterSeconds)
  await spend('sign-in', by)
  const isDelaying = await takeTurn(failures, delay)
  const undo = async () => {
    await failures.giveBack()
    if (isDelaying) await delay.clear()
  }
  return {
    succeeded: async () => {
      await counterOf('sign-in', 'address', by).giveBack()
      await counterOf('sign-in', 'pair', by).clear()
      await undo()
    },
    failed: async () => {
      // Parallel attempts that were refused are already subtracted.
      if (isDelaying) await delay.put(1, delaySeconds((await failures.look())?.count ?? 0))
    },
    undone: async () => {
      await giveBack('sign-in', by)
      await undo()
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
    await failures.spend()
    return false
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
  }
  try {
    await delay.spend()
    return true
  } catch (error) {
    await failures.giveBack()
    throw error
  }
}

function delaySeconds(failures: number): number {
  const further = failures - LIMITS['sign-in-failures'].email.points
  return Math.min(LIMITS['sign-in-delay'].email.seconds * 2 ** Math.max(0, further - 1), LONGEST_DELAY_SECONDS)
}
