import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, notFound, type Outcome, ok } from '@/lib/outcome'
import { rows } from '@/lib/platform/rows'
import { refuse } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { withLockedMember } from './memberships'
import { RESTORABLE_MS } from './schema'

/**
 * Undoes the removal of a member in the last few minutes. Restores their role and original join date. Requires the permission
 * to invite, because it adds a member.
 * @returns the member's display name; `conflict` if it is too late or they are already a member; `not-found` if they were not
 *   removed or have deleted their profile; `recent-auth`; `forbidden`
 */
export async function restoreMember(scope: AccountScope, userId: string, request: RequestInfo): Promise<Outcome<string>> {
  const refusedFirst = refuse(scope, 'invitation.send')
  if (refusedFirst) return refusedFirst
  const accountId = scope.account.id
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    // The trail is append-only, so the caller cannot choose the role.
    const [last] = await rows(
      tx,
      endRow,
      Prisma.sql`
      SELECT kind, target AS label, details->>'role' AS role, details->>'since' AS since,
             created_at > now() - ${RESTORABLE_MS} * interval '1 ms' AS "isRecent",
             EXISTS (SELECT FROM memberships WHERE account_id = ${accountId}::uuid AND user_id = ${userId}::uuid) AS "isMember"
        FROM audit_events
       WHERE trail_id = ${accountId}::uuid AND kind IN ('membership.removed', 'membership.left') AND target_id = ${userId}::uuid
         AND created_at > now() - interval '1 day'
       ORDER BY created_at DESC, id DESC LIMIT 1`,
    )
    if (!last?.role || last.kind !== 'membership.removed') return notFound
    const refused = refuse(actor, 'invitation.send', { role: last.role })
    if (refused) return refused
    if (!last.isRecent) return conflict('member-not-restorable')
    if (last.isMember) return conflict('member-returned')
    const restored = await tx.$executeRaw`
      INSERT INTO memberships (account_id, user_id, role, created_at)
      SELECT ${accountId}::uuid, id, ${last.role}::"role", ${last.since}::timestamptz FROM users WHERE id = ${userId}::uuid`
    if (!restored) return notFound
    await recordEvent(tx, {
      kind: 'membership.restored',
      accountId,
      actorId: scope.user.id,
      target: last.label,
      targetId: userId,
      details: { role: last.role },
      request,
    })
    return ok(last.label)
  })
}

const endRow = z.object({
  kind: z.string(),
  label: z.string(),
  role: z.enum(Role).nullable(),
  since: z.string().nullable(),
  isRecent: z.boolean(),
  isMember: z.boolean(),
})
