import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { isEmailAllowed } from '@/lib/account-policies/policy'
import type { AccountPolicy } from '@/lib/account-policies/schema'
import { recordEvents } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Role } from '@/lib/generated/prisma/enums'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { withLockedMember } from '@/lib/memberships/memberships'
import { type Message, message } from '@/lib/messages'
import { invalid, limitReached, notFound, type Outcome, ok, type Refusal } from '@/lib/outcome'
import type { Tx } from '@/lib/platform/db'
import { readForAccount } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import { can, refuse } from '@/lib/policy'
import { exceededQuota, invitationQuota } from '@/lib/quotas'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { emailLinks, type Sendable, sendableRow } from './emails'
import { INVITATION_LIFETIME_MS } from './schema'

const INVITATIONS_PER_PAGE = 50
const EMAILS_NAMED = 3

const invitationRow = sendableRow.extend({ inviterName: z.string().nullable(), sentAt: z.date(), isExpired: z.boolean() })

/** A pending invitation as the members who can invite see it. */
export type Invitation = z.output<typeof invitationRow>

/**
 * Invites people to the account by email, in one transaction. An address with a pending invitation gets a new link, and a
 * member's address gets nothing. The outcome is the same in each case.
 * @param emails normalized
 * @returns how many were invited; `forbidden` if the role is above the caller's, or they may not invite; `invalid` if the
 *   account does not allow the domain of an address; `conflict`, with no
 *   one invited, if their email is not confirmed, an address was emailed too often, or the account has too many invitations
 * @throws RateLimited after too many invitations in a day
 */
export async function inviteMembers(
  scope: AccountScope,
  { emails, role }: { emails: string[]; role: Role },
  request: RequestInfo,
): Promise<Outcome<number>> {
  const refused = refuse(scope, 'invitation.send', { role })
  if (refused) return refused
  const outside = emails.filter((email) => !isEmailAllowed(scope.account.policy, email))
  if (outside.length) return invalid({ emails: domainNotAllowed(outside, scope.account.policy) })
  await consumeInvitationLimit(scope, emails.length)
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    const refusedNow = refuse(actor, 'invitation.send', { role })
    if (refusedNow) return refusedNow
    const changeable = ROLES.filter((each) => can(actor, 'invitation.send', { role: each }))
    const sent = await rows(
      tx,
      sendableRow,
      Prisma.sql`
      INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
      SELECT ${scope.account.id}::uuid, wanted.id, wanted.email, ${role}::"role", ${scope.user.id}::uuid, now() + ${INVITATION_LIFETIME_MS} * interval '1 ms'
        FROM unnest(${emails.map(() => uuidv7())}::uuid[], ${emails}::text[]) AS wanted (id, email)
       WHERE NOT EXISTS (
         SELECT FROM memberships JOIN users ON users.id = memberships.user_id
          WHERE memberships.account_id = ${scope.account.id}::uuid AND users.email = wanted.email
       )
      ON CONFLICT (account_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL
      DO UPDATE SET role = excluded.role, invited_by = excluded.invited_by, sent_at = now(), expires_at = excluded.expires_at
        WHERE invitations.role = ANY (${changeable}::"role"[])
      RETURNING id, email, role::text AS role, expires_at AS "expiresAt"`,
    )
    const max = await exceededQuota(tx, scope.account.id, invitationQuota())
    if (max !== undefined) return limitReached('invitations', message('invitations-full', { max }))
    return (await sendLinks(tx, scope, sent, request)) ?? ok(emails.length)
  })
}

/**
 * Sends a pending invitation again with a new link, which lasts seven days. The old link no longer works.
 * @returns its email; `not-found`; `forbidden`; `conflict` if the caller's email is not confirmed, or the address was emailed too often
 * @throws RateLimited after too many invitations in a day
 */
export async function resendInvitation(scope: AccountScope, id: string, request: RequestInfo): Promise<Outcome<string>> {
  const refused = refuse(scope, 'invitation.send')
  if (refused) return refused
  await consumeInvitationLimit(scope)
  return withPendingInvitation(scope, id, 'invitation.send', async (tx) => {
    const sent = await rows(
      tx,
      sendableRow,
      Prisma.sql`
      UPDATE invitations SET invited_by = ${scope.user.id}::uuid, sent_at = now(), expires_at = now() + ${INVITATION_LIFETIME_MS} * interval '1 ms'
      WHERE account_id = ${scope.account.id}::uuid AND id = ${id}::uuid
      RETURNING id, email, role::text AS role, expires_at AS "expiresAt"`,
    )
    return sendLinks(tx, scope, sent, request)
  })
}

/** Returns the message for emails whose domain the account does not allow. It names the first ones. */
function domainNotAllowed(emails: string[], { emailDomains }: AccountPolicy): Message {
  const named = emails.slice(0, EMAILS_NAMED)
  return message('invitation-domain', { emails: named.join(', '), more: emails.length - named.length, domains: emailDomains.join(', ') })
}

function consumeInvitationLimit({ user, account }: AccountScope, count = 1): Promise<void> {
  return consumeLimit('invitation', { userId: user.id, accountId: account.id }, count)
}

/** Runs `fn` on a pending invitation, after checking the permission with the caller's current role. */
export function withPendingInvitation(
  scope: AccountScope,
  id: string,
  permission: 'invitation.send' | 'invitation.revoke',
  fn: (tx: Tx, invitation: { id: string; email: string; role: Role }) => Promise<Refusal | null>,
): Promise<Outcome<string>> {
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    const invitation = await tx.invitation.findFirst({
      where: { accountId: scope.account.id, id, acceptedAt: null, revokedAt: null },
      select: { id: true, email: true, role: true },
    })
    if (!invitation) return notFound
    const refused = refuse(actor, permission, { role: invitation.role })
    if (refused) return refused
    return (await fn(tx, invitation)) ?? ok(invitation.email)
  })
}

async function sendLinks(tx: Tx, scope: AccountScope, invitations: Sendable[], request: RequestInfo): Promise<Refusal | null> {
  const refused = await emailLinks(tx, scope.account, scope.user.name ?? scope.user.email, invitations)
  if (refused) return refused
  await recordEvents(
    tx,
    invitations.map(({ id, email, role }) => ({
      kind: 'invitation.sent' as const,
      accountId: scope.account.id,
      actorId: scope.user.id,
      target: email,
      targetId: id,
      details: { role },
      request,
    })),
  )
  return null
}

/**
 * Reads a page of the pending invitations, newest first. It includes expired ones, which can be resent.
 * @param after the `next` of the previous page
 * @returns the invitations, and `next` if there is another page; null if the caller may not list invitations
 */
export async function listInvitations(scope: AccountScope, after?: string): Promise<{ invitations: Invitation[]; next?: string } | null> {
  if (!can(scope, 'invitation.list')) return null
  const found = await readForAccount(
    scope.account.id,
    invitationRow,
    Prisma.sql`
      SELECT i.id, i.email, i.role::text AS role, coalesce(people.name, people.email) AS "inviterName", i.sent_at AS "sentAt",
             i.expires_at AS "expiresAt", i.expires_at <= now() AS "isExpired"
        FROM invitations AS i LEFT JOIN people ON people.id = i.invited_by
       WHERE i.account_id = ${scope.account.id}::uuid AND i.accepted_at IS NULL AND i.revoked_at IS NULL
         AND i.id < ${after ?? LAST_ID}::uuid
       ORDER BY i.id DESC
       LIMIT ${INVITATIONS_PER_PAGE + 1}`,
  )
  const invitations = found.slice(0, INVITATIONS_PER_PAGE)
  return found.length > INVITATIONS_PER_PAGE ? { invitations, next: invitations.at(-1)?.id } : { invitations }
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
