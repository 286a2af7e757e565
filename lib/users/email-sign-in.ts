import 'server-only'
import { createHmac, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit, refundLimit } from '@/lib/http/limits/limits'
import { linkWithCallback, pagePath } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Outcome, ok } from '@/lib/outcome'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { rows } from '@/lib/platform/rows'
import { deviceName, originOf } from '@/lib/sessions/device-name'
import { hashDeviceId } from '@/lib/sessions/devices'
import { consumeTokenByHash, findToken, hashToken, issueTokens } from '@/lib/tokens/tokens'
import { lockUser } from './lock'
import { SIGN_IN_CODE_DIGITS, SIGN_IN_LINK_LIFETIME_MS } from './schema'

// Sign-in without a password, by a link sent to a confirmed email. The link signs in only the browser that requested it. In any
// other, it shows a code to enter in that browser. It keeps working while a stranger guesses the user's password.

/** The codes that a browser can try for one link (ASVS 6.5.4, 6.6.3). */
export const MAX_CODE_TRIES = 5

/** Returns whether users can sign in with an emailed link. */
export function isEmailSignInOn(): boolean {
  return env().EMAIL_SIGN_IN === 'on'
}

/**
 * Emails a sign-in link, if the email belongs to a user and is confirmed. `defer` runs all of it after the response, and an
 * email that cannot sign in also gets a request with a token, which is sent to no one. Neither this response nor the responses
 * to codes therefore reveal whether the email is registered (ASVS 6.3.8).
 * @param deviceId of the current browser, the only one that the link signs in
 * @param callbackUrl a safe path to go to afterward
 * @returns the email, registered or not
 */
export async function requestSignInLink(
  { email, callbackUrl }: { email: string; callbackUrl: string },
  { request, deviceId, defer }: { request: RequestInfo; deviceId: string; defer: (work: () => Promise<void>) => void },
): Promise<Outcome<{ email: string }>> {
  const deviceHash = hashDeviceId(deviceId)
  defer(async () => {
    const found = await database().user.findUnique({ where: { email }, select: { id: true } })
    if (!found) return void (await database().$transaction((tx) => storeRequest(tx, { email }, { deviceHash, request })))
    await withUser(found.id, async (tx) => {
      const user = await lockUser(tx, found.id)
      if (user?.email !== email || !user.isVerified) return void (await storeRequest(tx, { email }, { deviceHash, request }))
      const token = await storeRequest(tx, { email, userId: user.id }, { deviceHash, request })
      const url = `${env().APP_URL}${linkWithCallback(pagePath('/sign-in/[token]', token), callbackUrl)}`
      const props = { url, ...originOf(request) }
      await queueMail(tx, [{ to: email, template: 'sign-in-link', props }])
      await recordEvent(tx, { kind: 'session.link-asked', userId: user.id, actorId: null, request })
    })
  })
  return ok({ email })
}

type Requester = { deviceHash: Uint8Array<ArrayBuffer>; request: RequestInfo }

async function storeRequest(
  tx: Tx,
  wanted: { email: string; userId?: string },
  { deviceHash, request: { ip, userAgent } }: Requester,
): Promise<string> {
  const [token = ''] = await issueTokens(tx, 'sign-in', SIGN_IN_LINK_LIFETIME_MS, [wanted])
  await tx.signInRequest.createMany({ data: [{ tokenHash: hashToken(token), deviceHash, ip, userAgent }] })
  // No email is sent, so mark it as sent: otherwise the job that deletes expired tokens would keep it for the email.
  if (!wanted.userId) await tx.$executeRaw`UPDATE tokens SET sent_at = now() WHERE hash = ${hashToken(token)}`
  return token
}

/** A sign-in link, as the browser that opens it sees it. */
export type SignInLink = {
  email: string
  /** whether this browser requested the link */
  isOwn: boolean
  /** the browser and IP address that requested it */
  device: string
  ip: string | null
  /** to enter in that browser; null until {@link showSignInCode} */
  code: string | null
}

/**
 * Reads the request behind a sign-in link, without consuming it.
 * @param deviceId of the browser that opened the link
 * @returns null if the link can't be used
 */
export async function findSignInLink(token: string, deviceId: string | undefined): Promise<SignInLink | null> {
  const found = await findRequest(token)
  if (!found) return null
  const { email, deviceHash, ip, userAgent, codeShownAt } = found
  const [secret = ''] = env().AUTH_SECRET
  const code = codeShownAt && codeOf(hashToken(token), secret)
  return { email, isOwn: isSame(deviceHash, deviceId), device: deviceName(userAgent), ip, code }
}

/**
 * Shows the code of a link to the person who reads the email. It does not work before, so that an attacker who requests links
 * can guess nothing, however many they request (ASVS 6.6.3). Opening the link is not enough: mail scanners open links too.
 * @returns false if the link can't be used
 */
export async function showSignInCode(token: string): Promise<boolean> {
  if (!(await findRequest(token))) return false
  const shown = await database().$executeRaw`
    UPDATE sign_in_requests SET code_shown_at = coalesce(code_shown_at, now()) WHERE token_hash = ${hashToken(token)}`
  return shown === 1
}

/** A sign-in by email that was found valid. {@link consumeSignIn} completes it. */
export type EmailSignIn = { userId: string; tokenHash: Uint8Array<ArrayBuffer>; deviceHash: Uint8Array<ArrayBuffer> }

/** Finds the sign-in of a link. @returns null if the link can't be used, or another browser requested it */
export async function findSignInByLink(token: string, deviceId: string | undefined): Promise<EmailSignIn | null> {
  const found = await findRequest(token)
  if (!found || !isSame(found.deviceHash, deviceId)) return null
  return { userId: found.userId, tokenHash: hashToken(token), deviceHash: found.deviceHash }
}

const triedRow = z.object({
  tokenHash: z.instanceof(Uint8Array<ArrayBuffer>),
  userId: z.uuid().nullable(),
  isShown: z.boolean(),
})

/**
 * Finds the sign-in of a code. Only this browser's newest link counts; an attacker could otherwise guess the codes of many links
 * at once. The statement that reads the link also counts the try, so that parallel tries count. Wrong codes count against the
 * user only for links whose code was shown, so that a stranger cannot use up that count.
 * @returns null if the code is wrong or was not shown, the link has expired, or its tries are used up
 * @throws RateLimited after too many wrong codes of shown links; links still work in the browser that requested them
 */
export async function findSignInByCode(code: string, deviceId: string | undefined): Promise<EmailSignIn | null> {
  const deviceHash = hashDeviceId(deviceId ?? '')
  const [tried] = await rows(
    database(),
    triedRow,
    Prisma.sql`
    WITH newest AS (
      SELECT token_hash, user_id FROM sign_in_requests JOIN tokens ON hash = token_hash
       WHERE device_hash = ${deviceHash} AND purpose = 'sign-in' AND expires_at > now()
       ORDER BY created_at DESC LIMIT 1 FOR UPDATE OF sign_in_requests
    )
    UPDATE sign_in_requests AS request SET tries = tries + 1 FROM newest
     WHERE request.token_hash = newest.token_hash AND tries < ${MAX_CODE_TRIES}
    RETURNING request.token_hash AS "tokenHash", user_id AS "userId", code_shown_at IS NOT NULL AS "isShown"`,
  )
  if (!tried?.userId || !tried.isShown) return null
  const { userId, tokenHash } = tried
  await consumeLimit('sign-in-code', { userId })
  if (!env().AUTH_SECRET.some((secret) => codeOf(tokenHash, secret) === code)) return null
  await refundLimit('sign-in-code', { userId })
  return { userId, tokenHash, deviceHash }
}

/**
 * Consumes a sign-in in the transaction that starts its session, with the user's other links from the same browser. Only one of
 * several parallel requests succeeds.
 * @returns false if the link was used or has expired, or the email has changed since
 */
export async function consumeSignIn(tx: Tx, { userId, tokenHash, deviceHash }: EmailSignIn): Promise<boolean> {
  const user = await lockUser(tx, userId)
  const consumed = await consumeTokenByHash(tx, 'sign-in', tokenHash)
  if (!user?.isVerified || consumed?.userId !== userId || consumed.email !== user.email) return false
  await tx.token.deleteMany({ where: { userId, purpose: 'sign-in', signInRequest: { deviceHash } } })
  return true
}

async function findRequest(token: string) {
  const proof = await findToken('sign-in', token)
  const found = proof?.userId && (await database().signInRequest.findUnique({ where: { tokenHash: hashToken(token) } }))
  return found ? { ...found, email: proof.email, userId: proof.userId ?? '' } : null
}

function isSame(deviceHash: Uint8Array, deviceId: string | undefined): boolean {
  return deviceId !== undefined && Buffer.compare(deviceHash, hashDeviceId(deviceId)) === 0
}

/** Computes the code of a link, which is stored nowhere: a leaked database does not reveal it. */
function codeOf(tokenHash: Uint8Array, secret: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'atrium: sign-in codes', 32))
  const number = createHmac('sha256', key).update(tokenHash).digest().readUIntBE(0, 6)
  return String(number % 10 ** SIGN_IN_CODE_DIGITS).padStart(SIGN_IN_CODE_DIGITS, '0')
}
