import { env } from '@/lib/platform/env'
import { SESSION_LIFETIMES } from './sessions/schema'

// What the edge and the server both know of Auth.js's cookies. No import of Auth.js: the gate stays small.

/**
 * The cookie that carries the session id, encrypted. `__Host-` and Secure where the origin is https (ASVS 3.3.1, 3.3.3).
 * @returns its name, and its options less the lifetime
 */
export function sessionCookie() {
  return hostCookie('session-token')
}

/** The cookies Auth.js may set, each bound to this host and unreadable by scripts. */
export function authCookies() {
  return { sessionToken: sessionCookie(), callbackUrl: hostCookie('callback-url'), csrfToken: hostCookie('csrf-token') }
}

/** Whether cookies carry Secure: they do when the canonical origin is https. */
export function isSecureOrigin(): boolean {
  return env().APP_URL.startsWith('https:')
}

/** Seconds for which Auth.js's encryption of the id holds; the session's row decides when it really ends. */
export const COOKIE_MAX_AGE_SECONDS = SESSION_LIFETIMES.remembered.absoluteMs / 1000

function hostCookie(name: string) {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}authjs.${name}`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  }
}
