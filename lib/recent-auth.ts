import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { reauthenticate } from '@/lib/users/reauthenticate'
import { setSessionCookie } from './auth'
import { invalid, type Outcome, ok } from './outcome'
import type { UserScope } from './scope'
import type { SessionId } from './sessions/sessions'

/**
 * Requires that the user entered their password within the last ten minutes, or enters it now (ASVS 7.5.1). A correct
 * password renews the session and its cookie.
 * @param password from the form's password field; undefined if the form has not shown the field yet
 * @returns the scope with the current session; `invalid` if the form must ask for the password, without field errors the
 *   first time; `forbidden` if the session has ended
 * @throws HashingBusy if the hashing queue is full; RateLimited after too many wrong passwords
 */
export async function requireRecentAuth<Scope extends UserScope>(
  scope: Scope,
  password: string | undefined,
  request: RequestInfo,
): Promise<Outcome<Scope>> {
  if (scope.session.hasRecentAuth) return ok(scope)
  if (password === undefined) return invalid({})
  const renewed = await authenticateAgain(scope, password, request)
  if (renewed.status !== 'ok') return renewed
  const { session } = scope
  const proofs = [
    ...session.proofs.filter(({ method }) => method !== 'password'),
    { method: 'password' as const, detail: {}, ageSeconds: 0 },
  ]
  return ok({ ...scope, session: { ...session, id: renewed.value, proofs, hasRecentAuth: true } })
}

/**
 * Checks the user's password, however recently they entered it. A correct one renews the session and its cookie.
 * @returns the session's new id; `invalid` if the password is wrong; `forbidden` if the session has ended
 * @throws HashingBusy if the hashing queue is full; RateLimited after too many wrong passwords
 */
export async function authenticateAgain(scope: UserScope, password: string, request: RequestInfo): Promise<Outcome<SessionId>> {
  const renewed = await reauthenticate(scope, password, request)
  if (renewed.status === 'ok') await setSessionCookie(renewed.value, scope.session.remembered)
  return renewed
}
