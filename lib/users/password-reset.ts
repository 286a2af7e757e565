import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { kindsOfFactors, removeFactors } from '@/lib/factors/list'
import { claimPasskey, findPasskeyUse } from '@/lib/factors/passkey-sign-in'
import { guessCode } from '@/lib/factors/verification'
import type { Device } from '@/lib/http/device-id'
import { AFTER_SIGN_IN, linkWithCallback, pagePath } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { hashPassword } from '@/lib/password/password'
import type { PasswordContext } from '@/lib/password/strength'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { consumeToken, findToken, issueTokens, voidUserTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { findOwnWeakness, passwordContextOf, replacePassword } from './password'
import { PASSWORD_RESET_LIFETIME_MS } from './schema'
import { markEmailVerified } from './users'

/**
 * Emails a link that sets a new password, if the email is registered. Only a registered email needs this work, so `defer`
 * runs it after the response, and the response takes the same time in both cases (ASVS 6.3.8).
 * @param callbackUrl a safe path to go to after sign-in
 * @returns the email, registered or not
 */
export async function requestPasswordReset(
  { email, callbackUrl }: { email: string; callbackUrl: string },
  { request, defer }: { request: RequestInfo; defer: (work: () => Promise<void>) => void },
): Promise<Outcome<{ email: string }>> {
  const found = await database().user.findUnique({ where: { email }, select: { id: true } })
  if (found)
    defer(() =>
      withUser(found.id, async (tx) => {
        const user = await lockUser(tx, found.id)
        if (user?.email !== email) return
        await sendPasswordReset(tx, user, callbackUrl)
        await recordEvent(tx, { kind: 'user.password-reset-asked', userId: user.id, actorId: null, request })
      }),
    )
  return ok({ email })
}

/**
 * Emails a link that sets a new password, in the caller's transaction. Earlier links stay valid until one is used: a stranger
 * may have requested this one.
 * @returns its token
 */
export async function sendPasswordReset(
  tx: Tx,
  { id, email }: { id: string; email: string },
  callbackUrl = AFTER_SIGN_IN,
): Promise<string> {
  const [token = ''] = await issueTokens(tx, 'password-reset', PASSWORD_RESET_LIFETIME_MS, [{ email, userId: id }])
  const url = `${env().APP_URL}${linkWithCallback(pagePath('/reset-password/[token]', token), callbackUrl)}`
  await queueMail(tx, [{ to: email, template: 'password-reset', props: { url } }])
  return token
}

/** What the form of a reset shows. `needs`: the kinds of factors of which it asks for one; null if it asks for none */
export type PasswordReset = { email: string; context: PasswordContext; needs: { hasTotp: boolean; hasPasskey: boolean } | null }

/** Returns what a link would reset; null if the link can't be used. */
export async function findPasswordReset(token: string): Promise<PasswordReset | null> {
  const proof = await findToken('password-reset', token)
  if (!proof?.userId) return null
  const { userId, email } = proof
  const needs = await withUser(userId, (tx) => neededFactors(tx, userId))
  return { email, context: await passwordContextOf({ id: userId, email }), needs }
}

/**
 * Sets a new password with an emailed link, which works once and verifies the email. Ends all sessions and other ways to sign in,
 * since another person may have registered with it. Other links stop working, except those that restore an earlier email: an
 * attacker could otherwise disable them. The second factors of a verified email stay, and the reset asks for one.
 * @param code from an authenticator app, or a recovery code
 * @param response what a passkey of the user answered in this browser, as JSON, instead of a code
 * @param device the current browser, the only one that stays known
 * @returns the email; `conflict` if the link can't be used, or the passkey was refused; `invalid` if the password is weak or the
 *   code is wrong, and the link still works
 * @throws HashingBusy if the hashing queue is full; RateLimited after too many wrong codes
 */
export async function resetPassword(
  token: string,
  { password, code, response }: { password: string; code?: string | undefined; response?: string | undefined },
  { request, device }: { request: RequestInfo; device?: Device },
): Promise<Outcome<{ email: string }>> {
  const proof = await findToken('password-reset', token)
  if (!proof?.userId) return conflict('link-expired')
  const owner = { id: proof.userId, email: proof.email }
  const weakness = await findOwnWeakness(owner, password)
  if (weakness) return invalid({ password: weakness })
  if (response) return resetByPasskey(token, owner, { password, response }, { request, device })
  const passwordHash = await hashPassword(password, request)
  const reset = (tx: Tx, isProved: boolean) => setPassword(tx, token, owner, { passwordHash, isProved, request, device })
  if (!code) return withUser(owner.id, (tx) => reset(tx, false))
  return guessCode(owner, code, { request }, (tx) => reset(tx, true))
}

async function resetByPasskey(
  token: string,
  owner: { id: string; email: string },
  { password, response }: { password: string; response: string },
  { request, device }: { request: RequestInfo; device?: Device | undefined },
): Promise<Outcome<{ email: string }>> {
  const use = device ? await findPasskeyUse(response, { purpose: 'reset', deviceId: device.id }, request) : null
  if (use?.userId !== owner.id) return conflict('passkey-refused')
  const passwordHash = await hashPassword(password, request)
  return withUser(owner.id, async (tx) => {
    await lockUser(tx, owner.id) // first, as every change of factors does, so that they cannot deadlock
    if (!(await claimPasskey(tx, use))) return conflict('passkey-refused')
    return setPassword(tx, token, owner, { passwordHash, isProved: true, request, device })
  })
}

async function setPassword(
  tx: Tx,
  token: string,
  owner: { id: string; email: string },
  { isProved, ...change }: { isProved: boolean; passwordHash: string; request: RequestInfo; device?: Device | undefined },
): Promise<Outcome<{ email: string }>> {
  const user = await lockUser(tx, owner.id)
  if (!isProved && (await neededFactors(tx, owner.id))) return invalid({ code: 'code-missing' })
  if (user?.email !== owner.email || !(await consumeToken(tx, 'password-reset', token))) return conflict('link-expired')
  await voidUserTokens(tx, user.id, ['email-verification'])
  if (!user.isVerified) {
    await tx.identity.deleteMany({ where: { userId: user.id } })
    await removeFactors(tx, user.id)
  }
  await markEmailVerified(tx, user.id)
  await replacePassword(tx, user, { ...change, kind: 'user.password-reset' })
  return ok({ email: user.email })
}

/**
 * Returns the kinds of factors of which a reset asks for one; null if it asks for none. A person who registered with an
 * unverified email cannot lock out its owner.
 */
async function neededFactors(tx: Tx, userId: string): Promise<PasswordReset['needs']> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { emailVerified: true } })
  if (!user?.emailVerified) return null
  const kinds = await kindsOfFactors(tx, userId)
  return kinds.hasTotp || kinds.hasPasskey ? kinds : null
}
