import type { Role } from '@/lib/generated/prisma/enums'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { FORM_ARGUMENTS, type HttpClient, type HttpResponse } from '../support/http-client'
import { ACTIONS, type BuiltAction, type BuiltRoute, ROUTES } from './build'
import { COOKIELESS, DECLARED, PRIVATE_PATHS, undeclared } from './declared'
import type { AccountAction, AccountRoute, Needs, Things, UserAction } from './entries'
import * as entries from './entries'
import { FIXTURES } from './resources'

// Joins what the build serves with what each entry needs.

const RESOURCE_OF = new Map(
  Object.entries(FIXTURES).flatMap(([name, { routes, actions }]) =>
    [...Object.keys(routes), ...Object.keys(actions)].map((entry) => [entry, name]),
  ),
)

const served = new Set([...ROUTES.map(({ path }) => path), ...ACTIONS.map(({ name }) => name)])

/** What the build serves and no entry declares, each with what to do. */
export const UNDECLARED: string[] = undeclared([
  ...ROUTES.map(({ path, kind, file }) => ({ name: path, kind, file: `${file}.*` })),
  ...ACTIONS.map(({ name, file }) => ({ name, kind: 'action' as const, file })),
])

/** Entries that the build no longer serves. */
export const STALE: string[] = [...DECLARED].filter((name) => !served.has(name))

/** The action names that more than one file exports. An entry is found by its name, so a second one would go untested. */
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

/** An entry of a resource that needs an id gets the id of the resource's row. */
function thingOf(entry: string, namesOne: boolean): ((things: Things) => string) | undefined {
  const resource = RESOURCE_OF.get(entry)
  return namesOne && resource ? ({ resources }) => resources[resource] ?? '' : undefined
}

function usesId({ fields }: AccountAction): boolean {
  const context = { things: { name: '' } as Things, suffix: '' }
  return fields ? Object.values(fields('the id', context)).includes('the id') : false
}

/** The roles to which the policy grants what an entry needs. `docs/permissions.md` can be made from it. */
export function rolesFor({ permission, target }: Needs): Role[] {
  return ROLES.filter((role) => can({ user: { id: 'the caller', emailVerified: new Date() }, membership: { role } }, permission, target))
}

/** The URL of a route in an account. @param id for the parameter besides the slug */
export function urlOf(path: string, { slug }: Pick<Things, 'slug'>, id: string): string {
  return path.replace('[slug]', slug).replace(/\[[^\]]+\]/, id)
}

/**
 * Calls an action as its page's script does.
 * @param url the page it is sent to, which is the caller's choice
 * @param bound the account's slug, for an action in an account
 */
export function callAction(
  client: HttpClient,
  { id, url, bound = [], fields = {} }: { id: string; url: string; bound?: unknown[]; fields?: Record<string, string> },
  options: Parameters<HttpClient['call']>[4] = {},
): Promise<HttpResponse> {
  return client.call(url, id, [...bound, ...FORM_ARGUMENTS], fields, options)
}
