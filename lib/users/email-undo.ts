import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { removeFactors } from '@/lib/factors/list'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { endSessionsOf } from '@/lib/sessions/sessions'
import { consumeToken, findToken, type TokenProof, voidUserTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { sendPasswordReset } from './password-reset'
import { markEmailVerified } from './users'

/** Returns the email that a link would restore; null if it can't be used. */
export async function findEmailUndo(token: string): Promise<{ email: string } | null> {
  const proof = await findToken('email-change-undo', token)
  return proof && { email: proof.email }
}

/**
 * Restores the old email: undoes a change, or cancels a requested one. An attacker who requested it was signed in and knew the
 * password. So this ends all sessions, and removes the password and the factors added since, which could lock the user out. The
 * old email gets a link to set a new password.
 * @returns the email and the token of that link, since opening this link already proved access to the inbox; `conflict` if
 *   the link can't be used, or another user has registered the email since
 */
export async function undoEmailChange(token: string, request: RequestInfo): Promise<Outcome<{ email: string; resetToken: string }>> {
  const proof = await findToken('email-change-undo', token)
  if (!proof?.userId) return conflict('link-expired')
  const { userId, email } = proof
  const undoing = withUser(userId, async (tx) => {
    const user = await lockUser(tx, userId)
    const undone = user && (await consumeToken(tx, 'email-change-undo', token))
    if (!undone) return conflict('link-expired')
    await tx.user.update({ where: { id: userId }, data: { email, passwordHash: null }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await voidUserTokens(tx, userId, ['email-change', 'email-verification', 'password-reset', 'sign-in'])
    await voidLaterUndos(tx, userId, undone)
    await removeFactors(tx, userId, { since: undone.issuedAt })
    await endSessionsOf(tx, userId, { actorId: userId, request })
    const kind = user.email === email ? 'user.email-change-cancelled' : 'user.email-restored'
    if (user.email !== email)
      await queueMail(tx, [{ to: user.email, template: 'email-restored', props: { url: `${env().APP_URL}/login` } }])
    const details = user.email === email ? {} : { from: user.email }
    await recordEvent(tx, { kind, userId, actorId: userId, target: email, details, request })
    return ok({ email, resetToken: await sendPasswordReset(tx, { id: userId, email }) })
  })
  try {
    return await undoing
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return conflict('email-no-longer-free')
    throw error
  }
}

/** Voids undo links that were sent later: an attacker who changed the email twice must not undo the undo. */
async function voidLaterUndos(tx: Tx, userId: string, { email, issuedAt }: TokenProof): Promise<void> {
  await tx.token.deleteMany({ where: { userId, purpose: 'email-change-undo', OR: [{ email }, { createdAt: { gte: issuedAt } }] } })
}
