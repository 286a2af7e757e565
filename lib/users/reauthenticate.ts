import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { Client } from '@/lib/http/request-info'
import { asUser } from '@/lib/platform/db'
import { type Result, refuse } from '@/lib/form'
import { ownPasswordField, PASSWORD_INCORRECT } from '@/lib/password/schema'
import type { UserScope } from '@/lib/scope'
import { renewSession } from '@/lib/sessions/renewal'
import type { SessionId } from '@/lib/sessions/sessions'
import { provePassword } from './users'

/**
 * Takes one's own password, given once more before something grave, and lets the session go on under a new id.
 * @returns the new id, for the cookie; refused when the password is not the right one, which stands in the trail as a
 * refused sign-in; null when the session has ended meanwhile
 * @throws HashingBusy when too many are signing in
 */
export async function proveAgain(scope: UserScope, given: string, client: Client): Promise<Result<SessionId> | null> {
  const parsed = ownPasswordField.safeParse(given)
  if (!parsed.success) return refuse(parsed.error.issues[0]?.message ?? PASSWORD_INCORRECT)
  if (!(await provePassword(scope, parsed.data, client))) return refuse(PASSWORD_INCORRECT)
  return asUser(scope.user.id, async (tx) => {
    const id = await renewSession(tx, scope, client)
    if (!id) return null
    await recordEvent(tx, { kind: 'session.proven', userId: scope.user.id, actorId: scope.user.id, client })
    return { ok: true, value: id }
  })
}
