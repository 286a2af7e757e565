import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { RECENT_AUTH_FIELD } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Message } from '@/lib/messages'
import { forbidden, invalid, type Outcome, ok } from '@/lib/outcome'
import { ownPasswordField } from '@/lib/password/schema'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { renewSession } from '@/lib/sessions/renewal'
import type { SessionId } from '@/lib/sessions/sessions'
import { verifyPassword } from './users'

/**
 * Checks the user's password again before a sensitive action, and gives the session a new id.
 * @returns the new id, for the cookie; `invalid` if the password is wrong, which is recorded as a refused sign-in;
 *   `forbidden` if the session has ended
 * @throws HashingBusy if the hashing queue is full
 */
export async function reauthenticate(scope: UserScope, password: string, request: RequestInfo): Promise<Outcome<SessionId>> {
  const parsed = ownPasswordField.safeParse(password)
  if (!parsed.success) return invalid({ [RECENT_AUTH_FIELD]: parsed.error.issues[0]?.message as Message })
  if (!(await verifyPassword(scope, parsed.data, request))) return invalid({ [RECENT_AUTH_FIELD]: 'password-incorrect' })
  return withUser(scope.user.id, async (tx) => {
    const id = await renewSession(tx, scope, { method: 'password' }, request)
    if (!id) return forbidden
    await recordEvent(tx, { kind: 'session.proven', userId: scope.user.id, actorId: scope.user.id, request })
    return ok(id)
  })
}
