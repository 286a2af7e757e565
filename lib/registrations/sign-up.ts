import 'server-only'
import { register } from '@/lib/accounts/accounts'
import type { Registration } from '@/lib/accounts/schema'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { env } from '@/lib/platform/env'
import { askToRegister } from './registrations'
import { INVITATION_NEEDED } from './schema'

/**
 * Registers by the form, under the rule of SIGN_UP.
 * @param deviceId of the browser that it is typed in
 * @param callbackUrl a safe path, where one wanted to go
 * @returns the new user's id where registering is open; null where a link was mailed that has to be opened first;
 * refused as registering is, or altogether where it takes an invitation
 * @throws HashingBusy when too many are signing in
 */
export async function signUp(
  registration: Registration,
  { request, ...from }: { request: RequestInfo; deviceId: string; callbackUrl: string; defer: (work: () => Promise<void>) => void },
): Promise<Result<{ userId: string } | null>> {
  const { SIGN_UP } = env()
  if (SIGN_UP === 'invite') return refuse(INVITATION_NEEDED)
  return SIGN_UP === 'verify' ? askToRegister(registration, from) : register(registration, request)
}
