import 'server-only'
import { z } from 'zod'
import { type AccountSection, pathBelow } from '@/lib/accounts/paths'
import { Prisma } from '@/lib/generated/prisma/client'
import { identifier } from '@/lib/platform/identifier'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { Searchable } from '@/lib/resource'
import { type DeclaredResource, RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import { type Found, PEOPLE } from './found'

const FOUND_OF_EACH = 5

const foundRow = z.object({
  group: z.string(),
  segment: z.custom<AccountSection>(),
  id: z.uuid(),
  name: z.string(),
  line: z.string().nullable(),
})

/**
 * Finds people of the account and rows of its resources by any part of their name or email, ignoring case, for the command palette.
 * @returns up to five of each that the caller may list, by name
 */
export async function searchAccount(scope: AccountScope, search: string): Promise<Found[]> {
  const folded = foldText(search)
  if (!folded) return []
  const { id, slug } = scope.account
  const resources = Object.values<DeclaredResource>(RESOURCES).flatMap(({ section, search: searchable }) =>
    searchable && can(scope, section.permission) ? [{ ...section, searchable }] : [],
  )
  const parts = [
    ...(can(scope, 'member.list') ? [selectPeople(id, search.toLowerCase())] : []),
    ...resources.map(
      ({ title, segment, searchable }) => Prisma.sql`
        SELECT ${title}::text AS "group", ${segment}::text AS segment, found.* FROM (${selectRows(id, folded, searchable)}) AS found`,
    ),
  ]
  if (!parts.length) return []
  const found = await readForAccount(id, foundRow, Prisma.join(parts, ' UNION ALL '))
  return found.map(({ group, segment, id, name, line }) => ({
    group,
    name,
    ...(line === null ? {} : { line }),
    href: pathBelow(slug, segment, id),
  }))
}

function selectPeople(accountId: string, wanted: string): Prisma.Sql {
  return Prisma.sql`
    (SELECT ${PEOPLE}::text AS "group", 'members' AS segment, people.id, coalesce(people.name, people.email) AS name,
            CASE WHEN people.name IS NOT NULL THEN people.email END AS line
       FROM memberships AS m JOIN people ON people.id = m.user_id
      WHERE m.account_id = ${accountId}::uuid AND (strpos(people.email, ${wanted}) > 0 OR strpos(lower(people.name), ${wanted}) > 0)
      ORDER BY 4 LIMIT ${FOUND_OF_EACH})`
}

function selectRows(accountId: string, folded: string, { table, name, key, last }: Searchable): Prisma.Sql {
  return Prisma.sql`
    SELECT id, ${identifier(name)} AS name, NULL AS line FROM ${identifier(table)}
     WHERE account_id = ${accountId}::uuid AND strpos(${identifier(key)}, ${folded}) > 0
     ORDER BY ${last === undefined ? Prisma.empty : Prisma.sql`${identifier(last)} IS NOT NULL,`} ${identifier(key)} LIMIT ${FOUND_OF_EACH}`
}
