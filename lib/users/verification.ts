import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { consumeLimit } from '@/lib/http/limits/limits'
import { PAUSES } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, limitReached, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMailWith } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { consumeToken, findToken, newTokens, voidUserTokens, wasIssuedWithin } from '@/lib/tokens/tokens'
import { type LinkOpener, requireLinkOwner } from './link-owner'
import { lockUser } from './lock'
import { EMAIL_LINK_LIFETIME_MS } from './schema'
import { markEmailVerified } from './users'

/** Emails a link that confirms the user's email, in the caller's transaction. Earlier links stay valid. */
export async function sendVerification(tx: Tx, { id, email }: { id: string; email: string }): Promise<void> {
  const { tokens, insert } = newTokens('email-verification', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
  const props = { url: `${env().APP_URL}/verify-email/${tokens[0]}` }
  await queueMailWith(tx, insert, { to: email, template: 'verify-email', props })
}

/**
 * Emails the user a new link, at most once a minute.
 * @returns their email; `conflict` if it is too soon, or the email is already confirmed
 * @throws RateLimited after too many requests
 */
export async function resendVerification(scope: UserScope, request: RequestInfo): Promise<Outcome<{ email: string }>> {
  await consumeLimit('verification-mail', { request, userId: scope.user.id })
  return withUser(scope.user.id, async (tx) => {
    const user = await lockUser(tx, scope.user.id)
    if (!user || user.isVerified) return conflict('email-already-confirmed')
    if (await wasIssuedWithin(tx, user.id, 'email-verification', PAUSES['verification-mail'] * 1000))
      return limitReached('verification-mail', 'verification-too-soon')
    await sendVerification(tx, user)
    return ok({ email: user.email })
  })
}

/** Returns the email that a link would confirm, and whose it is; null if it can't be used. */
export async function findVerification(token: string): Promise<{ email: string; userId: string } | null> {
  const proof = await findToken('email-verification', token)
  return proof?.userId ? { email: proof.email, userId: proof.userId } : null
}

/**
 * Confirms a user's email by the emailed link, which works once.
 * @returns the email; `conflict` if the link can't be used; `invalid` if the opener is not its user
 * @throws RateLimited after too many wrong passwords; HashingBusy if the hashing queue is full
 */
export async function verifyEmail(token: string, opener: LinkOpener): Promise<Outcome<{ email: string }>> {
  const found = await findVerification(token)
  if (!found) return conflict('link-expired')
  const { userId } = found
  const owned = await requireLinkOwner(userId, opener)
  if (owned.status !== 'ok') return owned
  return withUser(userId, async (tx) => {
    const user = await lockUser(tx, userId)
    if (user?.email !== found.email || !(await consumeToken(tx, 'email-verification', token))) return conflict('link-expired')
    await confirmLocked(tx, user, opener.request)
    return ok({ email: user.email })
  })
}

/** Confirms the email of a signed-in user who proved access to its inbox with another link. */
export async function confirmOwnEmail({ user: { id, email } }: UserScope, request: RequestInfo): Promise<void> {
  await withUser(id, async (tx) => {
    const user = await lockUser(tx, id)
    if (user?.email === email) await confirmLocked(tx, user, request)
  })
}

async function confirmLocked(tx: Tx, user: { id: string; email: string; isVerified: boolean }, request: RequestInfo): Promise<void> {
  if (user.isVerified) return
  await voidUserTokens(tx, user.id, ['email-verification'])
  await markEmailVerified(tx, user.id)
  await recordEvent(tx, { kind: 'user.email-verified', userId: user.id, actorId: user.id, target: user.email, request })
}
