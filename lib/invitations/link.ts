import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { EMAIL_TAKEN } from '@/lib/accounts/schema'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import type { UserScope } from '@/lib/scope'
import { findToken } from '@/lib/tokens/tokens'
import { isRegistered, markEmailVerified } from '@/lib/users/users'
import { close, findOpen, join, mapEndedInvitation, type OpenInvitation } from './open'
import { INVITATION_DEAD, INVITATION_FOR_ANOTHER } from './schema'

// Accepting by the link from the mail. Whoever has it reads the mail of that address, so the address is verified with it.

/**
 * Looks at the invitation behind a link, and changes nothing.
 * @returns it, and whether somebody is registered with its address; null when it cannot be used
 */
export async function findInvitation(token: string): Promise<(OpenInvitation & { isRegistered: boolean }) | null> {
  const invitation = await openLink(token)
  return invitation && { ...invitation, isRegistered: await isRegistered(invitation.email) }
}

/**
 * Accepts, for someone signed in. The link works once.
 * @returns the account's slug; refused when the link cannot be used, or is for another address
 */
export async function acceptInvitation(scope: UserScope, token: string, request: RequestInfo): Promise<Result<{ slug: string }>> {
  const invitation = await openLink(token)
  if (!invitation) return refuse(INVITATION_DEAD)
  if (invitation.email !== scope.user.email) return refuse(INVITATION_FOR_ANOTHER)
  return mapEndedInvitation(
    withAccount(invitation.account.id, async (tx) => {
      const open = await close(tx, invitation, token)
      await markEmailVerified(tx, scope.user.id)
      await join(tx, open, scope.user.id, request)
      return { ok: true, value: { slug: invitation.account.slug } }
    }),
  )
}

/**
 * Registers the invited person and makes them a member, in one transaction. No account is made: there is one.
 * @returns the new user's id; refused when the link cannot be used, the address is taken, or the password is weak
 * @throws HashingBusy when too many are signing in
 */
export async function registerInvited(
  token: string,
  { password }: { password: string },
  request: RequestInfo,
): Promise<Result<{ userId: string; slug: string }>> {
  const invitation = await openLink(token)
  if (!invitation) return refuse(INVITATION_DEAD)
  const { account, email } = invitation
  const weakness = await findWeakness(password, { email, accountName: account.name })
  if (weakness) return refuse(weakness, 'password')
  const passwordHash = await hashPassword(password)
  const userId = uuidv7()
  const registering = withAccount(account.id, async (tx) => {
    const open = await close(tx, invitation, token)
    await tx.user.create({ data: { id: userId, email, passwordHash }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await recordEvent(tx, { kind: 'user.registered', accountId: account.id, actorId: userId, target: email, request })
    await join(tx, open, userId, request)
    return { ok: true as const, value: { userId, slug: account.slug } }
  })
  try {
    return await mapEndedInvitation(registering)
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return refuse(`${EMAIL_TAKEN} Sign in to accept.`)
    throw error
  }
}

async function openLink(token: string): Promise<OpenInvitation | null> {
  const proof = await findToken('invitation', token)
  if (!proof?.accountId || !proof.invitationId) return null
  const { accountId, invitationId } = proof
  return withAccount(accountId, (tx) => findOpen(tx, accountId, invitationId))
}
