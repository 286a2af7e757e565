import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { beginFactorGuess } from '@/lib/http/limits/guesses'
import type { RequestInfo } from '@/lib/http/request-info'
import { forbidden, invalid, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { SessionClaim } from '@/lib/scope'
import { originOf } from '@/lib/sessions/device-name'
import { renewSession } from '@/lib/sessions/renewal'
import { lockSessions, type SessionId } from '@/lib/sessions/sessions'
import { spendTotpCode } from './authenticator'
import { isRememberedBrowser, rememberBrowser } from './browsers'
import { spendRecoveryCode } from './recovery-codes'
import { readFactorCode } from './schema'

type Claim = SessionClaim['claim']
type Code = NonNullable<ReturnType<typeof readFactorCode>>

/**
 * Verifies a second factor in a session, with an authenticator app code or a recovery code. The session gets a new id.
 * @param trust whether to remember this browser; ignored for a recovery code, which may have been stolen with a device
 * @param browser the secret in the cookie of a remembered browser
 * @returns the new id, for the cookie, and the secret of a newly remembered browser; `invalid` if the code is wrong or was used;
 *   `forbidden` if the session has ended
 * @throws RateLimited after too many wrong codes
 */
export async function verifyFactor(
  claim: Claim,
  { code, trust }: { code: string; trust: boolean },
  { request, browser }: { request: RequestInfo; browser?: string | undefined },
): Promise<Outcome<{ sessionId: SessionId; browser?: string }>> {
  const { user } = claim
  return guessCode(user, code, { request, browser }, async (tx, { method }) => {
    const sessionId = await renewSession(tx, claim, { method }, request)
    if (!sessionId) return forbidden
    await recordEvent(tx, { kind: 'session.verified', userId: user.id, actorId: user.id, details: { method }, request })
    return ok(trust && method === 'totp' ? { sessionId, browser: await rememberBrowser(tx, user.id, request) } : { sessionId })
  })
}

/**
 * Checks and uses a code, and runs `then` in the same transaction. If `then` refuses, the code is not used. Wrong codes count against the user, whichever factor they
 * are for, and are recorded (ASVS 6.3.1).
 * @returns what `then` returns; `invalid` if the code is wrong or was used
 * @throws RateLimited after too many wrong codes
 */
export async function guessCode<T>(
  user: Claim['user'],
  text: string,
  { request, browser }: { request: RequestInfo; browser?: string | undefined },
  then: (tx: Tx, code: Code) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const code = readFactorCode(text)
  if (!code) return invalid({ code: 'code-incorrect' })
  const remembered = browser && (await withUser(user.id, (tx) => isRememberedBrowser(tx, user.id, browser))) ? browser : undefined
  const guess = await beginFactorGuess(user, remembered)
  const outcome = await withUser(user.id, async (tx): Promise<Outcome<T>> => {
    await lockSessions(tx, user.id)
    if (!(await spendCode(tx, user, code, request))) return invalid({ code: 'code-incorrect' })
    return then(tx, code)
  }).catch(async (error: unknown) => {
    await guess.canceled()
    throw error
  })
  if (outcome.status !== 'invalid') await guess.canceled()
  else {
    await guess.failed()
    await withUser(user.id, (tx) => recordEvent(tx, { kind: 'session.verification-refused', userId: user.id, actorId: null, request }))
  }
  return outcome
}

async function spendCode(tx: Tx, user: Claim['user'], { method, code }: Code, request: RequestInfo): Promise<boolean> {
  if (method === 'totp') return spendTotpCode(tx, user.id, code)
  const left = await spendRecoveryCode(tx, user.id, code)
  if (left === null) return false
  const props = { left, ...originOf(request), url: `${env().APP_URL}/private/settings/security` }
  await queueMail(tx, [{ to: user.email, template: 'recovery-code-used', props }])
  return true
}
