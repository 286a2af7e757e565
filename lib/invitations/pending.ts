import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import { spend } from '@/lib/http/limits/limits'
import { PAUSES } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { withAccount, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { mailLinks } from './invitations'
import { close, findOpen, join, mapEndedInvitation, type OpenInvitation } from './open'
import { INVITATION_DEAD, LINK_SENT } from './schema'

// The invitations that wait for one's own address, without a link. Anyone can register with an address that is not
// theirs, so accepting here takes a verified one; the others get the link by mail, where only its owner finds it.

const WAITING_SHOWN = 20
const LOOKED_AT = 200

/**
 * @returns the invitations that wait for whoever asks, newest first, at most twenty. One that cannot be used takes the
 * place of none that can, unless there are hundreds: each is looked at through its own account's door, and how many
 * there are is for others to say.
 */
export async function listPendingInvitations(scope: UserScope): Promise<OpenInvitation[]> {
  const found = await withUser(
    scope.user.id,
    (tx) => tx.$queryRaw<{ accountId: string; id: string }[]>`
      SELECT account_id AS "accountId", id FROM invitations
      WHERE email = ${scope.user.email} AND expires_at > now() AND invited_by IS NOT NULL
      ORDER BY sent_at DESC, id LIMIT ${LOOKED_AT}`,
  )
  const open: OpenInvitation[] = []
  for (const { accountId, id } of found) {
    const invitation = await withAccount(accountId, (tx) => findOpen(tx, accountId, id)) // in turn: one page is not to take every connection
    if (invitation) open.push(invitation)
    if (open.length === WAITING_SHOWN) break
  }
  return open
}

/**
 * Accepts an invitation that waits.
 * @returns the account's slug; refused when one's address is not verified, or the invitation cannot be used
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
 * Sends the link of an invitation that waits to its address, at most once a minute. The one before is void.
 * @returns the sentence that says so; refused when the invitation cannot be used
 * @throws RateLimited when it was asked for too often
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
  const [found] = await withUser(
    scope.user.id,
    (tx) => tx.$queryRaw<{ accountId: string }[]>`
      SELECT account_id AS "accountId" FROM invitations WHERE id = ${id}::uuid AND email = ${scope.user.email}`,
  )
  return found ? withAccount(found.accountId, (tx) => findOpen(tx, found.accountId, id)) : null
}
