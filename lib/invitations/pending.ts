import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import { spend } from '@/lib/http/limits/limits'
import { PAUSES } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { withAccount, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { mailLinks } from './invitations'
import { close, join, listOpen, mapEndedInvitation, type OpenInvitation } from './open'
import { INVITATION_DEAD, LINK_SENT } from './schema'

// The user's pending invitations, without a link. Anyone can register with an address that is not theirs, so accepting
// here requires a verified email; other users can have the link sent to the address again.

const INVITATIONS_SHOWN = 20

/** Returns the usable invitations to the user's email, newest first, at most twenty. */
export async function listPendingInvitations(scope: UserScope): Promise<OpenInvitation[]> {
  return (await withUser(scope.user.id, (tx) => listOpen(tx))).slice(0, INVITATIONS_SHOWN)
}

/**
 * Accepts a pending invitation.
 * @returns the account's slug; refused if the user's email is not verified, or the invitation is not usable
 */
export async function acceptPendingInvitation(scope: UserScope, id: string, request: RequestInfo): Promise<Result<{ slug: string }>> {
  const invitation = await findPendingInvitation(scope, id)
  if (!invitation || !scope.user.emailVerified) return refuse(INVITATION_DEAD)
  return mapEndedInvitation(
    withAccount(invitation.account.id, async (tx) => {
      await join(tx, await close(tx, invitation), scope.user.id, request)
      return { ok: true, value: { slug: invitation.account.slug } }
    }),
  )
}

/**
 * Sends the link of a pending invitation to its address again, at most once a minute. The previous link is void.
 * @returns the message to show; refused if the invitation is not usable
 * @throws RateLimited if the user requested it too often
 */
export async function sendLinkAgain(scope: UserScope, id: string, request: RequestInfo): Promise<Result<string>> {
  const invitation = await findPendingInvitation(scope, id)
  if (!invitation) return refuse(INVITATION_DEAD)
  await spend('invitation-link', { userId: scope.user.id })
  const { account, inviterName } = invitation
  await withAccount(account.id, async (tx) => {
    const isDue = await tx.$executeRaw`
      UPDATE invitations SET sent_at = now()
      WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid AND sent_at < now() - ${PAUSES['invitation-link']} * interval '1 s'`
    if (!isDue) return
    await mailLinks(tx, account, inviterName, [invitation])
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
  return { ok: true, value: LINK_SENT }
}

async function findPendingInvitation(scope: UserScope, id: string): Promise<OpenInvitation | null> {
  const [found] = await withUser(scope.user.id, (tx) => listOpen(tx, id))
  return found ?? null
}
