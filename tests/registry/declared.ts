import { ROUTE_POLICIES } from '@/app/route-policies'
import * as entries from './entries'

/** Handlers that authenticate with a signature or a key. A handler that uses the session needs an entry like any other route. */
export const COOKIELESS = Object.keys(ROUTE_POLICIES).filter((path) => ROUTE_POLICIES[path]?.authentication !== 'session')

/** The paths that need a session. */
export const PRIVATE_PATHS: ReadonlySet<string> = new Set([
  ...Object.keys(entries.ACCOUNT_ROUTES),
  ...entries.USER_ROUTES,
  ...entries.PRIVATE_NOT_FOUND,
])

/** The paths and action names that have an entry. */
export const DECLARED: ReadonlySet<string> = new Set([
  ...PRIVATE_PATHS,
  ...Object.keys(entries.ACCOUNT_ACTIONS),
  ...Object.keys(entries.USER_ACTIONS),
  ...Object.keys(entries.PUBLIC),
  ...COOKIELESS,
])

/** @returns a sentence for each route and action without an entry, which says how to add one */
export function undeclared(found: { name: string; kind: 'page' | 'handler' | 'action'; file: string }[]): string[] {
  return found
    .filter(({ name }) => !DECLARED.has(name))
    .map(
      ({ name, kind, file }) =>
        `There is no entry for the ${kind} ${name} (${file}). Say who may use it: a resource's in lib/<resource>/fixture.ts, any other in tests/registry/entries.ts.`,
    )
}
