import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import { spend } from '@/lib/http/limits/limits'
import { PAUSES } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { findToken, issueTokens, spendToken, voidUserTokens, wasIssuedWithin } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { ALREADY_VERIFIED, EMAIL_LINK_DEAD, EMAIL_LINK_LIFETIME_MS, VERIFICATION_TOO_SOON, verificationSent } from './schema'
import { markEmailVerified } from './users'

/** Mails the link that proves a person's address, in the transaction of what made it worth proving. Earlier links are void. */
export async function sendVerification(tx: Tx, { id, email }: { id: string; email: string }): Promise<void> {
  await voidUserTokens(tx, id, ['email-verification'])
  const [token] = await issueTokens(tx, 'email-verification', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
  await queueMail(tx, [{ to: email, template: 'verify-email', props: { url: `${env().APP_URL}/verify-email/${token}` } }])
}

/**
 * Mails a new link to whoever asks, at most once a minute.
 * @returns the sentence that says so; refused when it is too soon, or nothing is left to prove
 * @throws RateLimited when one asks too often
 */
export async function resendVerification(scope: UserScope, request: RequestInfo): Promise<Result<string>> {
  await spend('verification-mail', { request, email: scope.user.email })
  return withUser(scope.user.id, async (tx) => {
    const user = await lockUser(tx, scope.user.id)
    if (!user || user.isVerified) return refuse(ALREADY_VERIFIED)
    if (await wasIssuedWithin(tx, user.id, 'email-verification', PAUSES['verification-mail'] * 1000)) return refuse(VERIFICATION_TOO_SOON)
    await sendVerification(tx, user)
    return { ok: true, value: verificationSent(user.email) }
  })
}

/** Looks at what a link would prove, and changes nothing. @returns null when it cannot be used */
export async function findVerification(token: string): Promise<{ email: string } | null> {
  const proof = await findToken('email-verification', token)
  return proof && { email: proof.email }
}

/** Proves a person's address by the link from its mail, whoever is signed in. It works once. Refused when it cannot be used. */
export async function verifyEmail(token: string, request: RequestInfo): Promise<Result<{ email: string }>> {
  const proof = await findToken('email-verification', token)
  if (!proof?.userId) return refuse(EMAIL_LINK_DEAD)
  return withUser(proof.userId, async (tx) => {
    const user = await lockUser(tx, proof.userId ?? '')
    if (user?.email !== proof.email || !(await spendToken(tx, 'email-verification', token))) return refuse(EMAIL_LINK_DEAD)
    await markEmailVerified(tx, user.id)
    await recordEvent(tx, { kind: 'user.email-verified', userId: user.id, actorId: user.id, target: user.email, request })
    return { ok: true, value: { email: user.email } }
  })
}
