import type { Role } from '@/lib/generated/prisma/enums'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { FIXTURES } from '../support/fixtures'
import { FORM_ARGUMENTS, type HttpClient, type HttpResponse } from '../support/http-client'
import { ACTIONS, type BuiltAction, type BuiltRoute, ROUTES } from './build'
import { COOKIELESS, DECLARED, PRIVATE_PATHS, undeclared } from './declared'
import type { AccountAction, AccountRoute, Needs, Things, UserAction } from './entries'
import * as entries from './entries'

// Joins what the build serves with the entries of the registry.

const RESOURCE_OF = new Map(
  Object.entries(FIXTURES).flatMap(([name, { routes, actions }]) =>
    [...Object.keys(routes), ...Object.keys(actions)].map((entry) => [entry, name]),
  ),
)

const served = new Set([...ROUTES.map(({ path }) => path), ...ACTIONS.map(({ name }) => name)])

/** What the build serves without an entry, each as a sentence that says how to add one. */
export const UNDECLARED: string[] = undeclared([
  ...ROUTES.map(({ path, kind, file }) => ({ name: path, kind, file: `${file}.*` })),
  ...ACTIONS.map(({ name, file }) => ({ name, kind: 'action' as const, file })),
])

/** Entries that the build no longer serves. */
export const STALE: string[] = [...DECLARED].filter((name) => !served.has(name))

/** Action names that more than one file exports. Entries are found by name, so the second action would go untested. */
export const AMBIGUOUS: string[] = ACTIONS.filter(({ name }, index) => ACTIONS.findIndex((other) => other.name === name) !== index).map(
  ({ name }) => name,
)

export const isPrivate = ({ path }: BuiltRoute): boolean => PRIVATE_PATHS.has(path)

export type ServedAccountRoute = BuiltRoute & AccountRoute
export const ACCOUNT_ROUTES: ServedAccountRoute[] = ROUTES.flatMap((route) => {
  const entry = entries.ACCOUNT_ROUTES[route.path]
  return entry ? [{ ...route, thing: thingOf(route.path, /\[(?!slug\])/.test(route.path)), ...entry }] : []
})

export type ServedAccountAction = BuiltAction & AccountAction
export const ACCOUNT_ACTIONS: ServedAccountAction[] = ACTIONS.flatMap((action) => {
  const entry = entries.ACCOUNT_ACTIONS[action.name]
  return entry ? [{ ...action, thing: thingOf(action.name, usesId(entry)), ...entry }] : []
})

export const COOKIELESS_ROUTES: BuiltRoute[] = ROUTES.filter(({ path }) => COOKIELESS.includes(path))

export const USER_ROUTES: BuiltRoute[] = ROUTES.filter(({ path }) => entries.USER_ROUTES.includes(path))
export const USER_ACTIONS: (BuiltAction & UserAction)[] = ACTIONS.flatMap((action) => {
  const entry = entries.USER_ACTIONS[action.name]
  return entry ? [{ ...action, ...entry }] : []
})

export { PRIVATE_NOT_FOUND } from './entries'

/** @returns the function that finds the id for an entry of a resource, if it needs one */
function thingOf(entry: string, namesOne: boolean): ((things: Things) => string) | undefined {
  const resource = RESOURCE_OF.get(entry)
  return namesOne && resource ? ({ resources }) => resources[resource] ?? '' : undefined
}

function usesId({ fields }: AccountAction): boolean {
  const context = { things: { name: '' } as Things, suffix: '' }
  return fields ? Object.values(fields('the id', context)).includes('the id') : false
}

/** @returns the roles to which the policy grants an entry's permission */
export function rolesFor({ permission, target }: Needs): Role[] {
  return ROLES.filter((role) => can({ user: { id: 'the caller', emailVerified: new Date() }, membership: { role } }, permission, target))
}

/** @param id the value of the parameter besides the slug. @returns the URL of a route in an account */
export function urlOf(path: string, { slug }: Pick<Things, 'slug'>, id: string): string {
  return path.replace('[slug]', slug).replace(/\[[^\]]+\]/, id)
}

/**
 * Calls an action as the script of its page does.
 * @param url the page that receives the call, which an attacker can choose
 * @param bound the account's slug, for an action in an account
 */
export function callAction(
  client: HttpClient,
  { id, url, bound = [], fields = {} }: { id: string; url: string; bound?: unknown[]; fields?: Record<string, string> },
  options: Parameters<HttpClient['call']>[4] = {},
): Promise<HttpResponse> {
  return client.call(url, id, [...bound, ...FORM_ARGUMENTS], fields, options)
}
