import 'server-only'
import { cookies, headers } from 'next/headers'
import { encode } from 'next-auth/jwt'
import { claimPasskey, findPasskeyUse } from '@/lib/factors/passkey-sign-in'
import { readBrowserCookie } from '@/lib/http/browser-cookie'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import type { LinkKind } from '@/lib/http/link-paths'
import { clearLinkTokens } from '@/lib/http/link-token-cookie'
import { type Route, withCallback, withQuery } from '@/lib/http/paths'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { env } from '@/lib/platform/env'
import { COOKIE_MAX_AGE_SECONDS, sessionCookie } from './auth.config'
import { conflict, invalid, type Outcome, ok } from './outcome'
import { decryptSessionId, findClaim } from './scope'
import { sessionOf } from './session-scope'
import { type Credential, endSession, type SessionId, StaleCredential, startSession } from './sessions/sessions'
import { consumeSignIn, findSignInByCode, findSignInByLink } from './users/email-sign-in'
import { authenticate } from './users/users'

/**
 * Signs in a user who is already authenticated: starts a session, sets its cookie, and ends the browser's former session.
 * @param remembered whether the cookie persists when the browser closes
 * @param isFirst whether they have just registered, so that no email about a new browser is sent
 * @param credential what authenticated them, unless they have just registered
 * @returns false if the password was replaced or the link used since; then no session starts
 */
export async function signInAs(
  userId: string,
  { remembered, request, isFirst = false, ...credential }: { remembered: boolean; request: RequestInfo; isFirst?: boolean } & Credential,
): Promise<boolean> {
  const former = await decryptSessionId((await cookies()).get(sessionCookie().name)?.value)
  const device = await ensureDeviceCookie({ notifyIfNew: !isFirst })
  try {
    const browser = await readBrowserCookie()
    await setSessionCookie(await startSession(userId, { remembered, request, device, browser, isFirst, ...credential }), remembered)
  } catch (error) {
    if (error instanceof StaleCredential) return false
    throw error
  }
  if (former) await endSessionOf(former, request)
  return true
}

/**
 * Returns where a sign-in leads: to `path`, or first to the form that asks for a second factor, or to the page for adding a
 * factor if the operator removed the user's.
 */
export async function pathAfterSignIn(path: Route): Promise<Route> {
  const claim = await findClaim()
  if (!claim || claim.isPending) return withCallback('/login/verify', path)
  return claim.mustEnroll ? withQuery('/private/settings/security', { callbackUrl: path }) : path
}

/**
 * Signs a user in with email and password.
 * @returns the same `conflict` for every failure (ASVS 6.3.8)
 * @throws RateLimited after too many attempts; HashingBusy if the hashing queue is full
 */
export async function signIn(
  { email, password, remember }: { email: string; password: string; remember: boolean },
  request: RequestInfo,
): Promise<Outcome<null>> {
  const authenticated = await authenticate({ email, password }, { request, device: await readDeviceCookie(), defer })
  if (!authenticated) return conflict('sign-in-failed')
  const { userId, passwordHash } = authenticated
  const isSignedIn = await signInAs(userId, { remembered: remember, request, passwordHash })
  return isSignedIn ? ok(null) : conflict('sign-in-failed')
}

/** Signs a user in with an emailed link. @returns `conflict` if it can't be used, or another browser requested it */
export async function signInByLink(
  { token, remember }: { token: string; remember: boolean },
  request: RequestInfo,
): Promise<Outcome<null>> {
  const found = await findSignInByLink(token, await readDeviceCookie())
  const isSignedIn =
    found && (await signInAs(found.userId, { remembered: remember, request, consumeLink: (tx) => consumeSignIn(tx, found) }))
  return isSignedIn ? ok(null) : conflict('link-expired')
}

/**
 * Signs a user in with the code of a link that this browser requested.
 * @returns the same `invalid` for every failure (ASVS 6.3.8)
 * @throws RateLimited after too many wrong codes
 */
export async function signInByCode({ code, remember }: { code: string; remember: boolean }, request: RequestInfo): Promise<Outcome<null>> {
  const found = await findSignInByCode(code, await readDeviceCookie())
  const isSignedIn =
    found && (await signInAs(found.userId, { remembered: remember, request, consumeLink: (tx) => consumeSignIn(tx, found) }))
  return isSignedIn ? ok(null) : invalid({ code: 'sign-in-code-incorrect' })
}

/**
 * Signs a user in with a passkey, which verifies them and therefore counts as two factors.
 * @param response what the browser answered, as JSON
 */
export async function signInByPasskey(
  { response, remember }: { response: string; remember: boolean },
  request: RequestInfo,
): Promise<Outcome<null>> {
  const deviceId = await readDeviceCookie()
  const use = deviceId === undefined ? null : await findPasskeyUse(response, { purpose: 'sign-in', deviceId }, request)
  const proof = { method: 'passkey' as const, detail: { userVerified: true } }
  const isSignedIn =
    use && (await signInAs(use.userId, { remembered: remember, request, proof, consumeLink: (tx) => claimPasskey(tx, use) }))
  return isSignedIn ? ok(null) : conflict('passkey-refused')
}

/**
 * Sets the session cookie to the encrypted session id, in the format of Auth.js.
 * @param remembered whether the cookie persists when the browser closes
 */
export async function setSessionCookie(id: SessionId, remembered: boolean): Promise<void> {
  const { name, options } = sessionCookie()
  const value = await encode({ token: { sid: id }, secret: env().AUTH_SECRET, salt: name, maxAge: COOKIE_MAX_AGE_SECONDS })
  ;(await cookies()).set({ ...options, name, value, ...(remembered ? { maxAge: COOKIE_MAX_AGE_SECONDS } : {}) })
}

/**
 * Ends this browser's session, if there is one, and clears its cookie and those of opened links: the next user of the browser
 * must not find them (ASVS 14.3.1).
 * @param keep the link that the browser signs out to use, if there is one
 * @throws DatabaseUnavailable if the session could not be ended; the cookie then stays, since a stolen copy would still work
 */
export async function signOut({ keep }: { keep?: LinkKind } = {}): Promise<void> {
  const sessionId = await decryptSessionId((await cookies()).get(sessionCookie().name)?.value)
  if (sessionId) await endSessionOf(sessionId, requestInfo(await headers()))
  const { name, options } = sessionCookie()
  ;(await cookies()).set({ ...options, name, value: '', maxAge: 0 })
  await clearLinkTokens({ keep })
}

/** Ends a session, if it is still live. */
export async function endSessionOf(sessionId: string, request: RequestInfo): Promise<void> {
  const found = await sessionOf(sessionId, null)
  if (found) await endSession(sessionId, { userId: found.claim.user.id, request })
}
