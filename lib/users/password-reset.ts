import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { Device } from '@/lib/http/device-id'
import { AFTER_SIGN_IN, linkWithCallback } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { hashPassword } from '@/lib/password/password'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { findToken, issueTokens, spendToken, voidUserTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { findOwnWeakness, replacePassword } from './password'
import { PASSWORD_RESET_DEAD, PASSWORD_RESET_LIFETIME_MS } from './schema'
import { markEmailVerified } from './users'

/**
 * Mails the link that sets a new password, if the address is somebody's. What only a known address has is handed to
 * `defer`, to be done when the answer is out, so that the two take as long (ASVS 6.3.8).
 * @param callbackUrl a safe path, where one wanted to go
 */
export async function requestPasswordReset(
  { email, callbackUrl }: { email: string; callbackUrl: string },
  { request, defer }: { request: RequestInfo; defer: (work: () => Promise<void>) => void },
): Promise<void> {
  const found = await database().user.findUnique({ where: { email }, select: { id: true } })
  if (!found) return
  defer(() =>
    withUser(found.id, async (tx) => {
      const user = await lockUser(tx, found.id)
      if (user?.email !== email) return
      await sendPasswordReset(tx, user, callbackUrl)
      await recordEvent(tx, { kind: 'user.password-reset-asked', userId: user.id, actorId: null, request })
    }),
  )
}

/** Mails the link, in the transaction of what calls for it; earlier ones are void. @returns its token */
export async function sendPasswordReset(
  tx: Tx,
  { id, email }: { id: string; email: string },
  callbackUrl = AFTER_SIGN_IN,
): Promise<string> {
  await voidUserTokens(tx, id, ['password-reset'])
  const [token = ''] = await issueTokens(tx, 'password-reset', PASSWORD_RESET_LIFETIME_MS, [{ email, userId: id }])
  const url = `${env().APP_URL}${linkWithCallback(`/reset-password/${token}`, callbackUrl)}`
  await queueMail(tx, [{ to: email, template: 'password-reset', props: { url } }])
  return token
}

/** Looks at whose password a link would set, and changes nothing. @returns null when it cannot be used */
export async function findPasswordReset(token: string): Promise<{ email: string } | null> {
  const proof = await findToken('password-reset', token)
  return proof && { email: proof.email }
}

/**
 * Sets a new password by the link from the mail, which works once. Whoever has it reads the mail of the address, so the
 * address is theirs, whoever registered it: every session ends, and so does every other link but one. That one, with
 * which an earlier address can be taken back, must outlive a reset, or whoever stole the account by changing its address
 * could seal the theft with one.
 * @param device the browser it is set in: it alone stays a known one
 * @returns refused when the link cannot be used; on `password` when it is weak, and the link is still good then
 * @throws HashingBusy when too many are signing in
 */
export async function resetPassword(
  token: string,
  { password }: { password: string },
  { request, device }: { request: RequestInfo; device?: Device },
): Promise<Result<{ email: string }>> {
  const proof = await findToken('password-reset', token)
  if (!proof?.userId) return refuse(PASSWORD_RESET_DEAD)
  const weakness = await findOwnWeakness({ id: proof.userId, email: proof.email }, password)
  if (weakness) return refuse(weakness, 'password')
  const passwordHash = await hashPassword(password)
  return withUser(proof.userId, async (tx) => {
    const user = await lockUser(tx, proof.userId ?? '')
    if (user?.email !== proof.email || !(await spendToken(tx, 'password-reset', token))) return refuse(PASSWORD_RESET_DEAD)
    await voidUserTokens(tx, user.id, ['email-verification'])
    await markEmailVerified(tx, user.id)
    await replacePassword(tx, user, { passwordHash, kind: 'user.password-reset', request, device })
    return { ok: true, value: { email: user.email } }
  })
}
