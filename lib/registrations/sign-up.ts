import 'server-only'
import { register } from '@/lib/accounts/accounts'
import type { Registration } from '@/lib/accounts/schema'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { requestRegistration } from './registrations'

/**
 * Registers with the form, according to SIGN_UP.
 * @param deviceId of the current browser
 * @param callbackUrl a safe path to go to afterward
 * @returns the new user's id if SIGN_UP is `open`; null if it is `verify` and a link was emailed; `conflict` if it is `invite`
 * @throws HashingBusy if the hashing queue is full
 */
export async function signUp(
  registration: Registration,
  from: { request: RequestInfo; deviceId: string; callbackUrl: string; defer: (work: () => Promise<void>) => void },
): Promise<Outcome<{ userId: string } | null>> {
  const { SIGN_UP } = env()
  if (SIGN_UP === 'invite') return conflict('registration-invitation-only')
  return SIGN_UP === 'verify' ? requestRegistration(registration, from) : register(registration, from.request)
}
