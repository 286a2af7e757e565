import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import { spend } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withUser } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { findToken, issueTokens, spendToken, voidUserTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { EMAIL_IS_YOURS, EMAIL_LINK_DEAD, EMAIL_LINK_LIFETIME_MS, NEW_EMAIL_TAKEN, newEmailAsked } from './schema'
import { markEmailVerified } from './users'

// An address changes when the new one is confirmed. The old one is told twice, when it is asked for and when it is done,
// and each of these mails can take it back: see ./email-undo.

/**
 * Asks for another address: mails a link to it, and word to the one in use. A taken address is answered alike and gets
 * another mail: its link is made and goes nowhere, so that neither the rows nor the time tell (ASVS 6.3.8).
 * @param email normalised
 * @returns the sentence that says so; refused on `email` when it is one's own
 * @throws RateLimited when one asks too often
 */
export async function requestEmailChange(scope: UserScope, { email }: { email: string }, request: RequestInfo): Promise<Result<string>> {
  const { id } = scope.user
  await spend('email-change', { userId: id, email })
  return withUser(id, async (tx) => {
    const user = await lockUser(tx, id)
    if (!user || user.email === email) return refuse(EMAIL_IS_YOURS, 'email')
    const isTaken = (await tx.user.count({ where: { email } })) > 0
    await voidUserTokens(tx, id, ['email-change'])
    const [token] = await issueTokens(tx, 'email-change', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
    await queueMail(tx, [
      isTaken
        ? { to: email, template: 'address-taken', props: { url: `${env().APP_URL}/login` } }
        : { to: email, template: 'confirm-new-email', props: { url: `${env().APP_URL}/verify-email/${token}` } },
      { to: user.email, template: 'email-change-requested', props: { newEmail: email, url: await undoLink(tx, user) } },
    ])
    await recordEvent(tx, { kind: 'user.email-change-asked', userId: id, actorId: id, target: email, request })
    return { ok: true, value: newEmailAsked(email) }
  })
}

/** @returns the address that waits to be confirmed, and until when; null when there is none */
export async function findPendingEmail(scope: UserScope): Promise<{ email: string; until: Date } | null> {
  const [pending] = await withUser(
    scope.user.id,
    (tx) => tx.$queryRaw<{ email: string; until: Date }[]>`
      SELECT email, expires_at AS until FROM tokens
      WHERE user_id = ${scope.user.id}::uuid AND purpose = 'email-change' AND expires_at > now() LIMIT 1`,
  )
  return pending ?? null
}

/** Looks at what a link would confirm, and changes nothing. @returns null when it cannot be used */
export async function findEmailChange(token: string): Promise<{ email: string } | null> {
  const proof = await findToken('email-change', token)
  return proof && { email: proof.email }
}

/**
 * Puts the new address in the place of the old one, by the link from the new one's mail. Links that went to the old one
 * and prove something are void; the old one can still take itself back.
 * @returns refused when the link cannot be used, or the address was taken meanwhile
 */
export async function confirmEmailChange(token: string, request: RequestInfo): Promise<Result<{ email: string }>> {
  const proof = await findToken('email-change', token)
  if (!proof?.userId) return refuse(EMAIL_LINK_DEAD)
  const { userId, email } = proof
  const changing = withUser(userId, async (tx) => {
    const user = await lockUser(tx, userId)
    if (!user || !(await spendToken(tx, 'email-change', token))) return refuse(EMAIL_LINK_DEAD)
    await tx.user.update({ where: { id: userId }, data: { email, emailVerified: null }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await voidUserTokens(tx, userId, ['email-change', 'email-verification', 'password-reset'])
    const props = { newEmail: email, url: await undoLink(tx, user) }
    await queueMail(tx, [{ to: user.email, template: 'email-changed', props }])
    const details = { from: user.email }
    await recordEvent(tx, { kind: 'user.email-changed', userId, actorId: userId, target: email, details, request })
    return { ok: true as const, value: { email } }
  })
  try {
    return await changing
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return refuse(NEW_EMAIL_TAKEN)
    throw error
  }
}

/** The link by which the address in use can be kept, or taken back. Each holds its own day: a warning must not go dead early. */
async function undoLink(tx: Tx, { id, email }: { id: string; email: string }): Promise<string> {
  const [token] = await issueTokens(tx, 'email-change-undo', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
  return `${env().APP_URL}/restore-email/${token}`
}
