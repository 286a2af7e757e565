// Where one goes next. Safe for the browser and for the edge.

/** The request header in which the gate tells a page its own path and query. */
export const PATH_HEADER = 'x-atrium-path'

export const AFTER_SIGN_IN = '/private'
const PATH_MAX_LENGTH = 2048

/**
 * Judges a `callbackUrl` by what a browser would make of it, not by its text: backslashes, tabs and dots all count as
 * the URL standard says, and the outcome is judged again, for `/..//host` comes out as `//host` (ASVS 3.7.2).
 * @returns a path on this origin, with its query and fragment; `/private` when the value is anything else
 */
export function safePath(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > PATH_MAX_LENGTH) return AFTER_SIGN_IN
  const path = pathOf(value)
  return path !== undefined && path === pathOf(path) ? path : AFTER_SIGN_IN
}

const ANY_ORIGIN = 'http://origin.invalid'

function pathOf(value: string): string | undefined {
  const url = URL.canParse(value, ANY_ORIGIN) ? new URL(value, ANY_ORIGIN) : undefined
  return url?.origin === ANY_ORIGIN && !url.username ? `${url.pathname}${url.search}${url.hash}` : undefined
}

/** `/login`, and back to `path` defer. */
export function loginPath(path: string | null | undefined): string {
  return withCallback('/login', safePath(path))
}

/** A link to one of the forms that lead in, which keeps where one wanted to go. */
export function withCallback(form: '/login' | '/register' | '/forgot-password', path: string): string {
  return `${form}?callbackUrl=${encodeURIComponent(path)}`
}

/** The same for a link in a mail, whose address says no more than it must. */
export function linkWithCallback(page: '/login' | `/reset-password/${string}` | `/verify-email/${string}`, path: string): string {
  return path === AFTER_SIGN_IN ? page : `${page}?callbackUrl=${encodeURIComponent(path)}`
}
