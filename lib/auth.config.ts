import { hostCookie } from './http/host-cookie'
import { SESSION_LIFETIMES } from './sessions/lifetimes'

// The cookies of Auth.js, for the edge and the server. It does not import Auth.js, to keep the middleware small.

/**
 * Describes the cookie that carries the encrypted session id: `__Host-` and Secure if the origin is https (ASVS 3.3.1, 3.3.3).
 * @returns its name, and its options without a lifetime
 */
export function sessionCookie() {
  return hostCookie('authjs.session-token')
}

/** Describes every cookie that Auth.js may set. Each is bound to this host and hidden from scripts. */
export function authCookies() {
  return { sessionToken: sessionCookie(), callbackUrl: hostCookie('authjs.callback-url'), csrfToken: hostCookie('authjs.csrf-token') }
}

/** How long the encrypted session id can be decrypted, in seconds. The session's row decides when the session ends. */
export const COOKIE_MAX_AGE_SECONDS = SESSION_LIFETIMES.remembered.absoluteMs / 1000
