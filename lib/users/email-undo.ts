import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withUser } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { endSessionsOf } from '@/lib/sessions/sessions'
import { findToken, spendToken, type TokenProof, voidUserTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { sendPasswordReset } from './password-reset'
import { EMAIL_LINK_DEAD, NEW_EMAIL_TAKEN } from './schema'
import { markEmailVerified } from './users'

/** Looks at which address a link would keep, and changes nothing. @returns null when it cannot be used */
export async function findEmailUndo(token: string): Promise<{ email: string } | null> {
  const proof = await findToken('email-change-undo', token)
  return proof && { email: proof.email }
}

/**
 * Keeps the old address: takes back a change that was made, or ends one that was asked for. Whoever asked was signed in
 * and gave the password, so every session ends, the password no longer opens anything, and the old address is sent the
 * link that sets another.
 * @returns that link's token, for whoever has proven the address just now; refused when the link cannot be used, or
 * somebody else has registered with the address meanwhile
 */
export async function undoEmailChange(token: string, request: RequestInfo): Promise<Result<{ email: string; resetToken: string }>> {
  const proof = await findToken('email-change-undo', token)
  if (!proof?.userId) return refuse(EMAIL_LINK_DEAD)
  const { userId, email } = proof
  const undoing = withUser(userId, async (tx) => {
    const user = await lockUser(tx, userId)
    const spent = user && (await spendToken(tx, 'email-change-undo', token))
    if (!spent) return refuse(EMAIL_LINK_DEAD)
    await tx.user.update({ where: { id: userId }, data: { email, passwordHash: null }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await voidUserTokens(tx, userId, ['email-change', 'email-verification', 'password-reset'])
    await voidLaterUndos(tx, userId, spent)
    await endSessionsOf(tx, userId, { actorId: userId, request })
    const kind = user.email === email ? 'user.email-change-cancelled' : 'user.email-restored'
    if (user.email !== email)
      await queueMail(tx, [{ to: user.email, template: 'email-restored', props: { url: `${env().APP_URL}/login` } }])
    const details = user.email === email ? {} : { from: user.email }
    await recordEvent(tx, { kind, userId, actorId: userId, target: email, details, request })
    return { ok: true as const, value: { email, resetToken: await sendPasswordReset(tx, { id: userId, email }) } }
  })
  try {
    return await undoing
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return refuse(NEW_EMAIL_TAKEN)
    throw error
  }
}

/** The address that was there first has the last word: a thief who changed it twice cannot take back the taking back. */
async function voidLaterUndos(tx: Tx, userId: string, { email, issuedAt }: TokenProof): Promise<void> {
  await tx.token.deleteMany({ where: { userId, purpose: 'email-change-undo', OR: [{ email }, { createdAt: { gte: issuedAt } }] } })
}
