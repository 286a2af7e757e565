import 'server-only'
import { readPolicy } from '@/lib/account-policies/account-policies'
import type { AccountPolicy } from '@/lib/account-policies/schema'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withAccount, withUser } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import type { UserScope } from '@/lib/scope'
import { voidInvitationTokens } from '@/lib/tokens/tokens'
import { findOpenForUser, joinAccount, lockInvitation, type OpenInvitation, openRow, usable } from './open'

// Accepts and declines the user's pending invitations without a link. Anyone can register with an address that is not theirs, so a
// user whose email is not confirmed has none: the database lists none to them, and they can accept or decline none.

/** Accepts a pending invitation. @returns the account; `conflict` if the invitation is not usable; `unmet` */
export function acceptPendingInvitation(
  scope: UserScope,
  id: string,
  request: RequestInfo,
): Promise<Outcome<{ slug: string; name: string }>> {
  return withOpenInvitation(scope, id, async (tx, open) => {
    const refused = await joinAccount(tx, open, scope, { request, back: '/private' })
    return refused ?? ok({ slug: open.account.slug, name: open.account.name })
  })
}

/**
 * Declines a pending invitation. Its link no longer works, and the account's audit trail says who declined it.
 * @returns the account's name; `conflict` if the invitation is not usable
 */
export function declineInvitation(scope: UserScope, id: string, request: RequestInfo): Promise<Outcome<{ name: string }>> {
  return withOpenInvitation(scope, id, async (tx, { account, email, role }) => {
    const declined = await tx.$executeRaw`
      UPDATE invitations SET revoked_at = now()
       WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid AND email = (
         SELECT users.email FROM users WHERE users.id = ${scope.user.id}::uuid AND users.email_verified_at IS NOT NULL
       )`
    if (!declined) return conflict('invitation-expired') // the user's email has just changed
    await voidInvitationTokens(tx, account.id, [id])
    await recordEvent(tx, {
      kind: 'invitation.declined',
      accountId: account.id,
      actorId: scope.user.id,
      target: email,
      targetId: id,
      details: { role },
      request,
    })
    return ok({ name: account.name })
  })
}

/** Locks a usable invitation to the user, and runs `fn` in its account's context. */
async function withOpenInvitation<T>(
  scope: UserScope,
  id: string,
  fn: (tx: Tx, open: OpenInvitation) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const invitation = await withUser(scope.user.id, (tx) => findOpenForUser(tx, id))
  if (!invitation) return conflict('invitation-expired')
  return withAccount(invitation.account.id, async (tx) => {
    const open = await lockInvitation(tx, invitation)
    return open ? fn(tx, open) : conflict('invitation-expired')
  })
}

/** An account that invited the user, as its verification page shows it. It gives access to nothing. */
export type InvitingAccount = { account: { name: string; slug: string; policy: AccountPolicy }; membership: { role: Role } }

/** Finds an account by its slug among the user's pending invitations. @returns null if it did not invite them */
export async function findInvitingAccount({ user }: UserScope, slug: string): Promise<InvitingAccount | null> {
  const found = await readForUser(user.id, openRow, Prisma.sql`SELECT * FROM list_pending_invitations() WHERE account_slug = ${slug}`)
  const [open] = found.flatMap(usable)
  if (!open) return null
  const policy = await withAccount(open.account.id, (tx) => readPolicy(tx, open.account.id))
  return { account: { name: open.account.name, slug: open.account.slug, policy }, membership: { role: open.role } }
}
