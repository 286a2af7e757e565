import { appOrigin } from '@/lib/platform/app-origin'
import { SESSION_LIFETIMES } from './sessions/lifetimes'

// The cookies, for the edge and the server. It does not import Auth.js, to keep the middleware small.

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

/** Returns whether the canonical origin is https, so that cookies are Secure. */
export function isSecureOrigin(): boolean {
  return appOrigin().startsWith('https:')
}

/** How long the encrypted session id can be decrypted, in seconds. The session's row decides when the session ends. */
export const COOKIE_MAX_AGE_SECONDS = SESSION_LIFETIMES.remembered.absoluteMs / 1000

/**
 * Describes a cookie that is hidden from scripts and bound to this host. Every cookie is made here, so that none lacks the
 * prefix or an attribute.
 * @param name without the prefix
 * @returns its name, and its options without a lifetime
 */
export function hostCookie(name: string) {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}${name}`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  }
}
