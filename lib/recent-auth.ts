import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { hasRecentAuth } from '@/lib/sessions/renewal'
import { reauthenticate } from '@/lib/users/reauthenticate'
import { replaceSessionCookie } from './auth'
import { RECENT_AUTH_FIELD } from './form'
import { requireUser, sendToLogin, type UserScope } from './scope'

/**
 * Asks whoever is signed in for their password, unless they gave it less than ten minutes ago. A right one renews the
 * session and its cookie, and what was being done goes on in the same request.
 * @param given what stands in the form's field for it; undefined when the form has not shown one yet
 * @returns who it is, once it is proven; else the errors to show at the field, of which there are none at the first asking
 * @throws HashingBusy when too many are signing in
 */
export async function requireRecentAuth(
  given: string | undefined,
  request: RequestInfo,
): Promise<{ ok: true; scope: UserScope } | { ok: false; fieldErrors: Record<string, string> }> {
  const scope = await requireUser()
  if (await hasRecentAuth(scope.session.id)) return { ok: true, scope }
  if (given === undefined) return { ok: false, fieldErrors: {} }
  const proven = (await reauthenticate(scope, given, request)) ?? (await sendToLogin())
  if (!proven.ok) return { ok: false, fieldErrors: { [RECENT_AUTH_FIELD]: proven.refusal.message } }
  await replaceSessionCookie(scope, proven.value)
  return { ok: true, scope: { ...scope, session: { ...scope.session, id: proven.value } } }
}
