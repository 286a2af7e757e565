import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { readPolicy } from '@/lib/account-policies/account-policies'
import { isEmailAllowed, unmet } from '@/lib/account-policies/policy'
import { recordEvent } from '@/lib/audit/audit'
import { openPath } from '@/lib/http/link-paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import type { UserScope } from '@/lib/scope'
import { findToken } from '@/lib/tokens/tokens'
import { isRegistered, markEmailVerified } from '@/lib/users/users'
import { confirmOwnEmail } from '@/lib/users/verification'
import { findOpen, joinAccount, lockInvitation, type OpenInvitation } from './open'

// Accepts an invitation by its emailed link. The link proves access to the inbox, and a session with its email proves that the
// same person registered, so the two together also confirm the email.

/** Returns the invitation behind a link, and whether its email is registered; null if the link can't be used. */
export async function findInvitation(token: string): Promise<(OpenInvitation & { isRegistered: boolean }) | null> {
  const invitation = await openLink(token)
  return invitation && { ...invitation, isRegistered: await isRegistered(invitation.email) }
}

/**
 * Makes the signed-in user a member. The link works once.
 * @returns the account; `conflict` if the link can't be used, or is for another email; `unmet` if the account's policy requires
 *   something first; the link still works
 */
export async function acceptInvitation(
  scope: UserScope,
  token: string,
  request: RequestInfo,
): Promise<Outcome<{ slug: string; name: string }>> {
  const invitation = await openLink(token)
  if (!invitation) return conflict('invitation-expired')
  if (invitation.email !== scope.user.email) return conflict('invitation-for-another')
  if (!scope.user.emailVerified) await confirmOwnEmail(scope, request)
  return withAccount(invitation.account.id, async (tx) => {
    const open = await lockInvitation(tx, invitation, token)
    if (!open) return conflict('invitation-expired')
    const refused = await joinAccount(tx, open, scope, { request, back: openPath('invitations') })
    return refused ?? ok({ slug: open.account.slug, name: open.account.name })
  })
}

/**
 * Registers the invited person and makes them a member, in one transaction. It creates no account. If the account's policy
 * requires more than a password, they are registered but do not join yet, and the link still works.
 * @returns the new user's id, and whether they joined; `conflict` if the link can't be used or the email is taken; `invalid` if the password is weak
 * @throws HashingBusy if the hashing queue is full
 */
export async function registerInvited(
  token: string,
  { name, password }: { name?: string | undefined; password: string },
  request: RequestInfo,
): Promise<Outcome<{ userId: string; slug: string; name: string; hasJoined: boolean }>> {
  const invitation = await openLink(token)
  if (!invitation) return conflict('invitation-expired')
  const { account, email } = invitation
  const weakness = await findWeakness(password, { email, name, accountNames: [account.name] })
  if (weakness) return invalid({ password: weakness })
  const passwordHash = await hashPassword(password, request)
  const userId = uuidv7()
  const session = { proofs: [{ method: 'password', detail: {}, ageSeconds: 0 } as const], idleSeconds: 0 }
  const registering = withAccount(account.id, async (tx) => {
    const policy = await readPolicy(tx, account.id)
    if (!isEmailAllowed(policy, email)) return conflict('invitation-domain-refused')
    const mayJoin = !unmet(policy, { role: invitation.role, ...session }, request).length
    const open = await lockInvitation(tx, invitation, mayJoin ? token : undefined)
    if (!open) return conflict('invitation-expired')
    await tx.user.create({ data: { id: userId, email, name: name || null, passwordHash }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await recordEvent(tx, { kind: 'user.registered', accountId: account.id, actorId: userId, target: account.name, request })
    const joiner = { user: { id: userId }, session }
    const refused = mayJoin ? await joinAccount(tx, open, joiner, { request, back: openPath('invitations') }) : null
    if (refused) return refused
    return ok({ userId, slug: account.slug, name: account.name, hasJoined: mayJoin })
  })
  try {
    return await registering
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return conflict('email-taken-sign-in-to-accept')
    throw error
  }
}

async function openLink(token: string): Promise<OpenInvitation | null> {
  const proof = await findToken('invitation', token)
  if (!proof?.accountId || !proof.invitationId) return null
  const { accountId, invitationId } = proof
  return withAccount(accountId, (tx) => findOpen(tx, accountId, invitationId))
}
