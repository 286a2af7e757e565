import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { ownPasswordField, PASSWORD_INCORRECT } from '@/lib/password/schema'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { renewSession } from '@/lib/sessions/renewal'
import type { SessionId } from '@/lib/sessions/sessions'
import { verifyPassword } from './users'

/**
 * Takes one's own password, given once more before something grave, and lets the session go on under a new id.
 * @returns the new id, for the cookie; refused when the password is not the right one, which stands in the trail as a
 * refused sign-in; null when the session has ended meanwhile
 * @throws HashingBusy when too many are signing in
 */
export async function reauthenticate(scope: UserScope, given: string, request: RequestInfo): Promise<Result<SessionId> | null> {
  const parsed = ownPasswordField.safeParse(given)
  if (!parsed.success) return refuse(parsed.error.issues[0]?.message ?? PASSWORD_INCORRECT)
  if (!(await verifyPassword(scope, parsed.data, request))) return refuse(PASSWORD_INCORRECT)
  return withUser(scope.user.id, async (tx) => {
    const id = await renewSession(tx, scope, request)
    if (!id) return null
    await recordEvent(tx, { kind: 'session.proven', userId: scope.user.id, actorId: scope.user.id, request })
    return { ok: true, value: id }
  })
}
