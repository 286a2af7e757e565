import { env } from '@/lib/platform/env'
import { SESSION_LIFETIMES } from './sessions/schema'

// The cookies of Auth.js, for the edge and the server. It does not import Auth.js, to keep the middleware small.

/**
 * Describes the cookie that carries the encrypted session id: `__Host-` and Secure if the origin is https (ASVS 3.3.1, 3.3.3).
 * @returns its name, and its options without a lifetime
 */
export function sessionCookie() {
  return hostCookie('session-token')
}

/** Describes every cookie that Auth.js may set. Each is bound to this host and hidden from scripts. */
export function authCookies() {
  return { sessionToken: sessionCookie(), callbackUrl: hostCookie('callback-url'), csrfToken: hostCookie('csrf-token') }
}

/** Returns whether the canonical origin is https, so that cookies are Secure. */
export function isSecureOrigin(): boolean {
  return env().APP_URL.startsWith('https:')
}

/** How long the encrypted session id can be decrypted, in seconds. The session's row decides when the session ends. */
export const COOKIE_MAX_AGE_SECONDS = SESSION_LIFETIMES.remembered.absoluteMs / 1000

function hostCookie(name: string) {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}authjs.${name}`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  }
}
