import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { refuse } from '@/lib/form'
import type { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Tx } from '@/lib/platform/db'
import { can } from '@/lib/policy'
import { spendToken, voidInvitationTokens } from '@/lib/tokens/tokens'
import { INVITATION_DEAD } from './schema'

/** An invitation as the one who is invited sees it. */
export type OpenInvitation = {
  id: string
  account: { id: string; name: string; slug: string }
  email: string
  role: Role
  inviterName: string
  expiresAt: Date
}

type OpenRow = Omit<OpenInvitation, 'account'> & { accountName: string; slug: string; inviterId: string; inviterRole: Role }

/**
 * Reads an invitation, through its account's door, if it can be used: it waits, it is within its time, the account is
 * there, and who sent it is still a member who may invite to that role. An invitation does not outlive its inviter's rank.
 * @returns null when it cannot be used
 */
export async function findOpen(tx: Tx, accountId: string, id: string): Promise<OpenInvitation | null> {
  const [row] = await tx.$queryRaw<OpenRow[]>`
    SELECT i.id, i.email, i.role::text AS role, i.expires_at AS "expiresAt", a.name AS "accountName", a.slug,
           m.user_id AS "inviterId", m.role::text AS "inviterRole", coalesce(u.name, u.email) AS "inviterName"
      FROM invitations AS i
      JOIN accounts AS a ON a.id = i.account_id
      JOIN memberships AS m ON m.account_id = i.account_id AND m.user_id = i.invited_by
      JOIN users AS u ON u.id = m.user_id
     WHERE i.account_id = ${accountId}::uuid AND i.id = ${id}::uuid AND i.accepted_at IS NULL AND i.revoked_at IS NULL
       AND i.expires_at > now() AND a.deleted_at IS NULL`
  if (!row) return null
  const { accountName, slug, inviterId, inviterRole, ...invitation } = row
  const inviter = { user: { id: inviterId }, membership: { role: inviterRole } }
  if (!can(inviter, 'invitation.send', { role: invitation.role })) return null
  return { ...invitation, account: { id: accountId, name: accountName, slug } }
}

/**
 * Closes an invitation, for whoever accepts it: the first thing that their transaction does, for then all who try wait
 * in one line, and the second finds it closed.
 * @param token given by the link, which is used up with it
 * @returns the invitation as it is by then: its role may have changed since it was looked at
 * @throws InvitationEnded when the invitation or the token ended meanwhile, so that the whole transaction goes with it
 */
export async function close(tx: Tx, { id, account }: OpenInvitation, token?: string): Promise<OpenInvitation> {
  await tx.$queryRaw`SELECT id FROM invitations WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid FOR UPDATE`
  const open = await findOpen(tx, account.id, id)
  if (!open || (token !== undefined && !(await spendToken(tx, 'invitation', token)))) throw new InvitationEnded()
  await tx.$executeRaw`UPDATE invitations SET accepted_at = now() WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid`
  await voidInvitationTokens(tx, account.id, [id])
  return open
}

/** Makes the person whose invitation was closed a member. Whoever is one already keeps the role they have. */
export async function join(tx: Tx, { id, account, email, role }: OpenInvitation, userId: string, request: RequestInfo): Promise<void> {
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
}

/** Thrown inside a transaction so that nothing of it remains. */
export class InvitationEnded extends Error {}

/** @returns what `work` returns, or the one refusal when the invitation ended meanwhile */
export async function mapEndedInvitation<T>(work: Promise<T>): Promise<T | ReturnType<typeof refuse>> {
  try {
    return await work
  } catch (error) {
    if (error instanceof InvitationEnded) return refuse(INVITATION_DEAD)
    throw error
  }
}
