import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Counter, counterOf } from './counters'
import { giveBack, reset, spend } from './limits'
import { LIMITS, LONGEST_DELAY_SECONDS } from './table'
import { RateLimited } from './too-soon'

/** A sign-in that may be tried now. It counts as a failure until it is said what it came to. */
export type SignInTry = {
  succeeded: () => Promise<void>
  failed: () => Promise<void>
  /** nobody judged it: the queue for hashing was full, say */
  undone: () => Promise<void>
}

/**
 * Counts a sign-in before its password is looked at. Every step is the same for an address that nobody has.
 * @param device the id of a browser that this person has signed in from before; it is counted by itself, so that others who
 *   guess, wherever they are, do not lock it out
 * @throws RateLimited when it may not be tried yet
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
      // By now those are counted back that came at the same moment and had no turn.
      if (isDelaying) await delay.put(1, delaySeconds((await failures.look())?.count ?? 0))
    },
    undone: async () => {
      await giveBack('sign-in', by)
      await undo()
    },
  }
}

/**
 * Counts one more failure. Past the free ones only one try has its turn at a time, and the others wait.
 * @returns whether all others wait because of this one
 * @throws RateLimited when it has no turn; it is not counted then
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
