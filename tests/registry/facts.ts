import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLE_NAMES, ROLES } from '@/lib/roles'
import { asSuperuser, tableOf } from '../support/database'
import type { Caller, World } from './world'

// Finds the emails, ids, names, and slugs in a response, RSC payload included, so that a test can compare them with the list
// of facts that the page may show.

/**
 * A fact as entries list it, such as `email of you` or `id of a project`. Values of another account, and values that no table
 * of the world has, get names that no entry lists.
 */
export type Fact = string

type Known = { value: string; what: string; userId: string | null; accountId: string | null; of: string }

/** @returns the world's emails, ids, names, and slugs */
export async function knownFacts({ own, foreign, callers }: World): Promise<Known[]> {
  const accounts = [own.accountId, foreign.accountId]
  const users = [...Object.values(callers).map(({ userId }) => userId), own, foreign].flatMap((each) =>
    typeof each === 'string' ? [each] : [each.ownerId, each.memberId, each.offeredId],
  )
  const resources = Object.values<Resource>(RESOURCES).flatMap(({ tables }) => Object.keys(tables).map(tableOf))
  return asSuperuser<Known>(
    `WITH person AS (SELECT users.id, email, name, account_id FROM users LEFT JOIN memberships ON user_id = users.id WHERE users.id = ANY ($2))
     SELECT value, what, id::text AS "userId", account_id::text AS "accountId", 'a member' AS of
       FROM person, LATERAL (VALUES (email, 'email'), (name, 'name'), (id::text, 'id')) AS fact (value, what)
     UNION ALL
     SELECT value, what, NULL, id::text, 'the account'
       FROM accounts, LATERAL (VALUES (name, 'name'), (slug, 'slug'), (id::text, 'id')) AS fact (value, what) WHERE id = ANY ($1)
     UNION ALL
     SELECT value, what, NULL, account_id::text, 'an invitation'
       FROM invitations, LATERAL (VALUES (email, 'email'), (id::text, 'id')) AS fact (value, what) WHERE account_id = ANY ($1)
     UNION ALL SELECT id::text, 'id', NULL, account_id::text, 'an event' FROM audit_events WHERE account_id = ANY ($1)
     UNION ALL SELECT handle::text, 'id', user_id::text, NULL, 'a session' FROM sessions WHERE user_id = ANY ($2)
     ${resources.map((table) => `UNION ALL SELECT id::text, 'id', NULL, account_id::text, 'a row of ${table}' FROM ${table} WHERE account_id = ANY ($1)`).join(' ')}`,
    [accounts, users],
  )
}

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g
const [ROLE_VALUES, ROLE_LABELS] = [ROLES.join('|'), Object.values(ROLE_NAMES).join('|')]
const ROLE = new RegExp(String.raw`\\?"(${ROLE_VALUES})\\?"|>(${ROLE_LABELS})<|\\"children\\":\\"(${ROLE_LABELS})\\"`, 'g')

/** @returns the facts that a response shows to a caller, each once, except for those in the URL that they requested */
export function factsIn(text: string, url: string, known: Known[], caller: Caller, world: World): Fact[] {
  const shown = text.replaceAll('%40', '@')
  const isShown = (value: string) => !url.includes(value) && shown.includes(value)
  const values = [...new Set(known.map(({ value }) => value))]
  const unknown = [...shown.matchAll(EMAIL), ...shown.matchAll(ID)].map(([found]) => found).filter((found) => !values.includes(found))
  const own = caller === 'OTHER_MEMBER' ? 'MEMBER' : caller
  const roles = [...shown.matchAll(ROLE)].map(([, ...role]) => (role.find(Boolean)?.toUpperCase() === own ? 'your role' : 'roles'))
  return [
    ...new Set([
      ...values.filter(isShown).map((value) => nameOf(value, known, caller, world)),
      ...unknown.filter(isShown).map((found) => `unknown: ${found}`),
      ...roles,
    ]),
  ].sort()
}

/** @returns the fact that a value is to the caller. An email may belong to a user and to an invitation: the closest fact wins. */
function nameOf(value: string, known: Known[], caller: Caller, { own, foreign, callers }: World): Fact {
  const home = caller === 'OTHER_MEMBER' ? foreign.accountId : own.accountId
  const facts = known.filter((fact) => fact.value === value)
  const mine = facts.find(({ userId }) => userId === callers[caller].userId)
  if (mine) return `${mine.what} of ${mine.of === 'a session' ? 'your session' : 'you'}`
  const near = facts.find(({ accountId }) => accountId === home)
  if (near) return `${near.what} of ${near.of}${caller === 'NO_MEMBER' ? ' that invites you' : ''}`
  return `${facts[0]?.what} of another account: ${value}`
}
