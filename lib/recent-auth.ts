import 'server-only'
import { carrySession } from './auth'
import type { Client } from '@/lib/http/request-info'
import { PROOF_FIELD } from './form'
import { requireUser, sendToLogin, type UserScope } from './scope'
import { isProven } from '@/lib/sessions/renewal'
import { proveAgain } from '@/lib/users/reauthenticate'

/**
 * Asks whoever is signed in for their password, unless they gave it less than ten minutes ago. A right one renews the
 * session and its cookie, and what was being done goes on in the same request.
 * @param given what stands in the form's field for it; undefined when the form has not shown one yet
 * @returns who it is, once it is proven; else the errors to show at the field, of which there are none at the first asking
 * @throws HashingBusy when too many are signing in
 */
export async function demandProof(
  given: string | undefined,
  client: Client,
): Promise<{ ok: true; scope: UserScope } | { ok: false; fieldErrors: Record<string, string> }> {
  const scope = await requireUser()
  if (await isProven(scope.session.id)) return { ok: true, scope }
  if (given === undefined) return { ok: false, fieldErrors: {} }
  const proven = (await proveAgain(scope, given, client)) ?? (await sendToLogin())
  if (!proven.ok) return { ok: false, fieldErrors: { [PROOF_FIELD]: proven.refusal.message } }
  await carrySession(scope, proven.value)
  return { ok: true, scope: { ...scope, session: { ...scope.session, id: proven.value } } }
}
