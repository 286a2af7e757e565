import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { consumeLimit } from '@/lib/http/limits/limits'
import { PAUSES } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { withAccount, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { emailLinks } from './invitations'
import { addMember, closeInvitation, listOpen, type OpenInvitation } from './open'

// Accepts the user's pending invitations without a link. Anyone can register with an address that is not theirs, so this
// requires a verified email. Users without one can have the link sent to the address again.

const INVITATIONS_SHOWN = 20

/** Returns the usable invitations to the user's email, newest first, at most twenty. */
export async function listPendingInvitations(scope: UserScope): Promise<OpenInvitation[]> {
  return (await withUser(scope.user.id, (tx) => listOpen(tx))).slice(0, INVITATIONS_SHOWN)
}

/**
 * Accepts a pending invitation.
 * @returns the account; `conflict` if the user's email is not verified, or the invitation is not usable
 */
export async function acceptPendingInvitation(
  scope: UserScope,
  id: string,
  request: RequestInfo,
): Promise<Outcome<{ slug: string; name: string }>> {
  const invitation = await findPendingInvitation(scope, id)
  if (!invitation || !scope.user.emailVerified) return conflict('invitation-expired')
  return withAccount(invitation.account.id, async (tx) => {
    const open = await closeInvitation(tx, invitation)
    if (!open) return conflict('invitation-expired')
    await addMember(tx, open, scope.user.id, request)
    return ok({ slug: open.account.slug, name: open.account.name })
  })
}

/**
 * Sends the link of a pending invitation to its address again, at most once a minute. The previous link is void.
 * @returns `conflict` if the invitation is not usable
 * @throws RateLimited if the user requested it too often
 */
export async function resendInvitationLink(scope: UserScope, id: string, request: RequestInfo): Promise<Outcome<null>> {
  const invitation = await findPendingInvitation(scope, id)
  if (!invitation) return conflict('invitation-expired')
  await consumeLimit('invitation-link', { userId: scope.user.id })
  const { account, inviterName } = invitation
  await withAccount(account.id, async (tx) => {
    const isDue = await tx.$executeRaw`
      UPDATE invitations SET sent_at = now()
      WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid AND sent_at < now() - ${PAUSES['invitation-link']} * interval '1 s'`
    if (!isDue) return
    await emailLinks(tx, account, inviterName, [invitation])
    const { email } = invitation
    await recordEvent(tx, {
      kind: 'invitation.link-sent',
      accountId: account.id,
      actorId: scope.user.id,
      target: email,
      targetId: id,
      request,
    })
  })
  return ok(null)
}

async function findPendingInvitation(scope: UserScope, id: string): Promise<OpenInvitation | null> {
  const [found] = await withUser(scope.user.id, (tx) => listOpen(tx, id))
  return found ?? null
}
