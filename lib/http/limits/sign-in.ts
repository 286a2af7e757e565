import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { beginGuess } from './guesses'
import { consumeLimit, refundLimit } from './limits'

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
 * @param device the id of a browser in which the user has signed in before. It has its own counter and is exempt from the
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
  const guess = await beginGuess('sign-in', by)
  await consumeLimit('sign-in', by).catch(async (error) => {
    await guess.canceled()
    throw error
  })
  return {
    succeeded: guess.canceled,
    failed: guess.failed,
    canceled: async () => {
      await refundLimit('sign-in', by)
      await guess.canceled()
    },
  }
}
