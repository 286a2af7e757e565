import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { withAccount, withUser } from '@/lib/platform/db'
import { orRolledBack } from '@/lib/platform/rollback'
import type { UserScope } from '@/lib/scope'
import { joinAccount, listOpen, lockInvitation, type OpenInvitation } from './open'

// Accepts the user's pending invitations without a link. Anyone can register with an address that is not theirs, so a user
// whose email is not confirmed has none: the database lists none to them, and accepts none.

const INVITATIONS_SHOWN = 20

/** Returns the usable invitations to the user's confirmed email, newest first, at most twenty. */
export async function listPendingInvitations(scope: UserScope): Promise<OpenInvitation[]> {
  return (await withUser(scope.user.id, (tx) => listOpen(tx))).slice(0, INVITATIONS_SHOWN)
}

/** Accepts a pending invitation. @returns the account; `conflict` if the invitation is not usable */
export async function acceptPendingInvitation(
  scope: UserScope,
  id: string,
  request: RequestInfo,
): Promise<Outcome<{ slug: string; name: string }>> {
  const [invitation] = await withUser(scope.user.id, (tx) => listOpen(tx, id))
  if (!invitation) return conflict('invitation-expired')
  const accepting = withAccount(invitation.account.id, async (tx) => {
    const open = await lockInvitation(tx, invitation)
    if (!open) return conflict('invitation-expired')
    await joinAccount(tx, open, scope.user.id, request)
    return ok({ slug: open.account.slug, name: open.account.name })
  })
  return orRolledBack(accepting)
}
