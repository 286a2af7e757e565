import 'server-only'
import { z } from 'zod'
import { readPolicy } from '@/lib/account-policies/account-policies'
import { isEmailAllowed, unmet } from '@/lib/account-policies/policy'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { pagePath, type Route, withQuery } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Refusal } from '@/lib/outcome'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { UserScope } from '@/lib/scope'
import { consumeToken, voidInvitationTokens } from '@/lib/tokens/tokens'

/** An invitation as the invited user sees it. */
export type OpenInvitation = {
  id: string
  account: { id: string; name: string; slug: string }
  email: string
  role: Role
  inviterName: string
  expiresAt: Date
}

/** A row of `list_pending_invitations`, or the same as JSON. */
export const openRow = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(Role),
  expires_at: z.coerce.date(),
  account_id: z.uuid(),
  account_name: z.string(),
  account_slug: z.string(),
  inviter_id: z.uuid(),
  inviter_role: z.enum(Role),
  inviter_name: z.string(),
  inviter_confirmed_at: z.coerce.date(),
})

/**
 * Reads an invitation in its account's context, if it is usable: it is pending and not expired, its account is not deleted,
 * and the inviter is still a member who may grant its role. An inviter whose email is not confirmed may not.
 * @returns null if it is not usable
 */
export async function findOpen(tx: Tx, accountId: string, id: string): Promise<OpenInvitation | null> {
  const found = await rows(
    tx,
    openRow,
    Prisma.sql`
      SELECT i.id, i.email, i.role::text AS role, i.expires_at, i.account_id, a.name AS account_name, a.slug AS account_slug,
             m.user_id AS inviter_id, m.role::text AS inviter_role, coalesce(u.name, u.email) AS inviter_name,
             u.email_verified_at AS inviter_confirmed_at
        FROM invitations AS i
        JOIN accounts AS a ON a.id = i.account_id
        JOIN memberships AS m ON m.account_id = i.account_id AND m.user_id = i.invited_by
        JOIN users AS u ON u.id = m.user_id AND u.email_verified_at IS NOT NULL
       WHERE i.account_id = ${accountId}::uuid AND i.id = ${id}::uuid AND i.accepted_at IS NULL AND i.revoked_at IS NULL
         AND i.expires_at > now() AND a.deleted_at IS NULL`,
  )
  return found.flatMap(usable)[0] ?? null
}

/** Reads a usable invitation to the user in the tenant context, whichever account it is for. @returns null if it is not usable */
export async function findOpenForUser(tx: Tx, id: string): Promise<OpenInvitation | null> {
  return (await rows(tx, openRow, Prisma.sql`SELECT * FROM list_pending_invitations(${id}::uuid)`)).flatMap(usable)[0] ?? null
}

/** Leaves out an invitation whose inviter may no longer grant its role. */
export function usable(row: z.output<typeof openRow>): OpenInvitation[] {
  const inviter = { user: { id: row.inviter_id, emailVerified: row.inviter_confirmed_at }, membership: { role: row.inviter_role } }
  if (!can(inviter, 'invitation.send', { role: row.role })) return []
  const account = { id: row.account_id, name: row.account_name, slug: row.account_slug }
  return [{ id: row.id, account, email: row.email, role: row.role, inviterName: row.inviter_name, expiresAt: row.expires_at }]
}

/**
 * Locks an invitation before it is accepted. Call it first in the transaction: parallel attempts wait for the row lock, and
 * all but the first find the invitation closed.
 * @param token the link's token, if the invitation was opened by link; it can't be used again
 * @returns the invitation as it is now, since its role may have changed; null, without a write, if the invitation or the
 *   token is no longer usable
 */
export async function lockInvitation(tx: Tx, { id, account }: OpenInvitation, token?: string): Promise<OpenInvitation | null> {
  await tx.$queryRaw`SELECT id FROM invitations WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid FOR UPDATE`
  const open = await findOpen(tx, account.id, id)
  return open && (token === undefined || (await consumeToken(tx, 'invitation', token))) ? open : null
}

/** Returns the path of the account's verification page, for a user who has yet to join. */
export function verifyPathOf(slug: string, back: Route): Route {
  return withQuery(pagePath('/private/accounts/[slug]/verify', slug), { callbackUrl: back })
}

/** The user who joins, and how they authenticated in their session. */
export type Joiner = { user: { id: string }; session: Pick<UserScope['session'], 'proofs' | 'idleSeconds'> }

/**
 * Accepts a locked invitation, and adds the user as a member. An existing member keeps their role.
 * @param back where the account's verification page leads afterward
 * @returns `conflict` unless the user has confirmed the invited email, and the account allows its domain; `unmet` unless their
 *   session meets the account's policy, so that every member who joins gets in
 */
export async function joinAccount(
  tx: Tx,
  { id, account, email, role }: OpenInvitation,
  { user: { id: userId }, session }: Joiner,
  { request, back }: { request: RequestInfo; back: Route },
): Promise<Refusal | null> {
  const accepted = await tx.$executeRaw`
    UPDATE invitations SET accepted_at = now()
     WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid AND email = (
       SELECT users.email FROM users WHERE users.id = ${userId}::uuid AND users.email_verified_at IS NOT NULL
     )`
  if (!accepted) return conflict('invitation-expired')
  const policy = await readPolicy(tx, account.id)
  if (!isEmailAllowed(policy, email)) return conflict('invitation-domain-refused')
  if (unmet(policy, { role, ...session }, request).length) return { status: 'unmet', verifyPath: verifyPathOf(account.slug, back) }
  await voidInvitationTokens(tx, account.id, [id])
  await tx.membership.createMany({ data: [{ accountId: account.id, userId, role }], skipDuplicates: true })
  await recordEvent(tx, {
    kind: 'invitation.accepted',
    accountId: account.id,
    actorId: userId,
    target: email,
    targetId: id,
    details: { role },
    request,
  })
  return null
}
