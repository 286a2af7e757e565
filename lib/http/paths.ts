// Paths to redirect and link to. Safe for the browser and the edge.

import type { AppRouteHandlerRoutes, AppRoutes } from '@next-routes'
import type { Route as AnyRoute } from 'next'

/**
 * A path of this application, with its query and fragment, or a URL. Paths with parameters come from {@link pagePath}, because
 * the pages for unknown paths match every path below `/private`.
 */
export type Route = AnyRoute

/** A page or route handler by its folder, such as `/private/accounts/[slug]/members`. */
export type Page = Exclude<AppRoutes | AppRouteHandlerRoutes, `${string}[...${string}`>

/** The values of a page's parameters, in order. */
export type ValuesOf<Path extends string> = Path extends `${string}[${string}]${infer Rest}` ? [value: string, ...ValuesOf<Rest>] : []

/** Returns the path of a page: `pagePath('/verify-email/[token]', token)`. */
export function pagePath<P extends Page>(page: P, ...values: ValuesOf<P>): Route {
  const rest: string[] = [...values]
  return page.replace(/\[\w+\]/g, () => rest.shift() ?? '') as Route
}

/** The request header in which the middleware passes a page its own path and query. */
export const PATH_HEADER = 'x-atrium-path'

export const AFTER_SIGN_IN = '/private'
const PATH_MAX_LENGTH = 2048

/**
 * Checks a `callbackUrl` as a browser would resolve it: backslashes, tabs, and dots count as in the URL standard. The
 * result is checked again, because `/..//host` resolves to `//host` (ASVS 3.7.2).
 * @returns a path on this origin, with its query and fragment; `/private` if the value is anything else
 */
export function safePath(value: unknown): Route {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > PATH_MAX_LENGTH) return AFTER_SIGN_IN
  const path = resolvePath(value)
  return path !== undefined && path === resolvePath(path) ? (path as Route) : AFTER_SIGN_IN
}

/** Returns the same, or undefined if there is no value. */
export function optionalPath(value: unknown): Route | undefined {
  return value === undefined || value === '' ? undefined : safePath(value)
}

const ANY_ORIGIN = 'http://origin.invalid'

function resolvePath(value: string): string | undefined {
  const url = URL.canParse(value, ANY_ORIGIN) ? new URL(value, ANY_ORIGIN) : undefined
  return url?.origin === ANY_ORIGIN && !url.username ? `${url.pathname}${url.search}${url.hash}` : undefined
}

/** Returns the path of `/login`, which leads to `path` after sign-in. */
export function loginPath(path: string | null | undefined): Route {
  return withCallback('/login', safePath(path))
}

/** Returns the path of a sign-in form that leads to `path` afterward. */
export function withCallback(
  form: '/login' | '/login/verify' | '/login/email' | '/login/code' | '/register' | '/forgot-password',
  path: string,
): Route {
  return `${form}?callbackUrl=${encodeURIComponent(path)}`
}

/** Returns the same for an emailed link, and leaves out the default path to keep the link short. */
export function linkWithCallback(page: Route, path: string): Route {
  return path === AFTER_SIGN_IN ? page : (`${page}?callbackUrl=${encodeURIComponent(path)}` as Route)
}

/** Returns the path of a list with query parameters. Empty parameters are left out. */
export function withQuery(path: Route, query: Record<string, string | undefined>): Route {
  const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return parameters.size ? (`${path}?${parameters}` as Route) : path
}

/** Returns a path that leads to an element of the page. */
export function withFragment(path: Route, id: string): Route {
  return `${path}#${id}` as Route
}
