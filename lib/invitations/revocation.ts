import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { withLockedMember } from '@/lib/memberships/memberships'
import { message } from '@/lib/messages'
import { conflict, limitReached, notFound, type Outcome, ok } from '@/lib/outcome'
import { rows } from '@/lib/platform/rows'
import { refuse } from '@/lib/policy'
import { exceededQuota, invitationQuota } from '@/lib/quotas'
import type { AccountScope } from '@/lib/scope'
import { resumeInvitationTokens, suspendInvitationTokens } from '@/lib/tokens/tokens'
import { emailLinks, sendableRow } from './emails'
import { withPendingInvitation } from './invitations'
import { RESTORABLE_MS } from './schema'

/** Revokes a pending invitation and its link. @returns its email; `not-found`; `forbidden` */
export function revokeInvitation(scope: AccountScope, id: string, request: RequestInfo): Promise<Outcome<string>> {
  return withPendingInvitation(scope, id, 'invitation.revoke', async (tx, { email }) => {
    await tx.$executeRaw`UPDATE invitations SET revoked_at = now() WHERE account_id = ${scope.account.id}::uuid AND id = ${id}::uuid`
    await suspendInvitationTokens(tx, scope.account.id, id)
    await recordEvent(tx, {
      ...{ kind: 'invitation.revoked', accountId: scope.account.id, actorId: scope.user.id, target: email, targetId: id, request },
    })
    return null
  })
}

/**
 * Restores an invitation that was revoked in the last few minutes. Its link works again, with the same expiry. If the email was
 * not sent before the invitation was revoked, it is sent with a new link. Requires the permission to invite, because the effect
 * is the same.
 * @returns its email; `not-found` if it was not revoked recently; `conflict` if the email has another invitation, or the
 *   account has too many; `recent-auth`; `forbidden`
 */
export async function restoreInvitation(scope: AccountScope, id: string, request: RequestInfo): Promise<Outcome<string>> {
  const refusedFirst = refuse(scope, 'invitation.send')
  if (refusedFirst) return refusedFirst
  const accountId = scope.account.id
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    // Every invitation of the account is sent under the same lock, so none can come between the check and the update.
    const [revoked] = await rows(
      tx,
      revokedRow,
      Prisma.sql`
      SELECT id, email, role::text AS role, expires_at AS "expiresAt", EXISTS (
               SELECT FROM invitations AS other
                WHERE other.account_id = i.account_id AND other.email = i.email AND other.accepted_at IS NULL AND other.revoked_at IS NULL
             ) AS "isReplaced"
        FROM invitations AS i
       WHERE account_id = ${accountId}::uuid AND id = ${id}::uuid AND accepted_at IS NULL
         AND revoked_at > now() - ${RESTORABLE_MS} * interval '1 ms'`,
    )
    if (!revoked) return notFound
    const refused = refuse(actor, 'invitation.send', { role: revoked.role })
    if (refused) return refused
    if (revoked.isReplaced) return conflict('invitation-replaced')
    await tx.invitation.updateMany({ where: { accountId, id }, data: { revokedAt: null } })
    const max = await exceededQuota(tx, accountId, invitationQuota())
    if (max !== undefined) return limitReached('invitations', message('invitations-full', { max }))
    const wasSent = await resumeInvitationTokens(tx, accountId, id)
    const limited = wasSent ? null : await emailLinks(tx, scope.account, scope.user.name ?? scope.user.email, [revoked])
    if (limited) return limited
    await recordEvent(tx, {
      ...{ kind: 'invitation.restored', accountId, actorId: scope.user.id, target: revoked.email, targetId: id, request },
    })
    return ok(revoked.email)
  })
}

const revokedRow = sendableRow.extend({ isReplaced: z.boolean() })
