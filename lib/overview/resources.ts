import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { identifier } from '@/lib/platform/identifier'
import { can } from '@/lib/policy'
import type { OnOverview } from '@/lib/resource'
import { type DeclaredResource, type NameIn, RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'

const ROWS_SHOWN = 5

/** A resource that the overview shows. */
export type ResourceOnOverview = DeclaredResource & { overview: OnOverview<NameIn<'permissions'>> }

/** One resource in the JSON of {@link selectRecent}. */
export const recentRow = z.object({
  exists: z.boolean(),
  rows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      updatedAt: z.coerce.date(),
      status: z.string().nullable(),
      personId: z.string().nullable(),
      person: z.string().nullable(),
    }),
  ),
})

/** A row of a resource, updated recently. `person` is the name of the member it belongs to. */
export type RecentRow = z.output<typeof recentRow>['rows'][number]

/** Returns the resources on the overview whose section the caller may open. */
export function resourcesShownTo(scope: AccountScope): ResourceOnOverview[] {
  return Object.values<DeclaredResource>(RESOURCES).flatMap((resource) => {
    const { overview, section } = resource
    return overview && can(scope, section.permission) ? [{ ...resource, overview }] : []
  })
}

/** Selects one row: a JSON array with an entry for each resource. All names come from the declarations, never from a request. */
export function selectRecent({ account }: AccountScope, resources: ResourceOnOverview[]): Prisma.Sql {
  if (!resources.length) return Prisma.sql`SELECT '[]'::json AS recent`
  return Prisma.sql`SELECT json_build_array(${Prisma.join(resources.map(({ overview }) => selectRows(account.id, overview)))}) AS recent`
}

function selectRows(accountId: string, { table, name, unless, status, person }: OnOverview): Prisma.Sql {
  const from = Prisma.sql`FROM ${identifier(table)} WHERE account_id = ${accountId}::uuid`
  const optional = (column: string | undefined, type: Prisma.Sql) =>
    column === undefined ? Prisma.sql`NULL::${type}` : Prisma.sql`${identifier(column)}::${type}`
  return Prisma.sql`json_build_object('exists', EXISTS (SELECT ${from}), 'rows', (
    SELECT coalesce(json_agg(listed ORDER BY "updatedAt" DESC, id DESC), '[]') FROM (
      SELECT found.*, coalesce(people.name, people.email) AS person
        FROM (
          SELECT id, ${identifier(name)} AS name, updated_at AS "updatedAt", ${optional(status?.column, Prisma.sql`text`)} AS status,
                 ${optional(person, Prisma.sql`uuid`)} AS "personId"
            ${from} ${unless === undefined ? Prisma.empty : Prisma.sql`AND ${identifier(unless)} IS NULL`}
           ORDER BY updated_at DESC, id DESC LIMIT ${ROWS_SHOWN}
        ) AS found
        LEFT JOIN memberships ON memberships.account_id = ${accountId}::uuid AND memberships.user_id = found."personId"
        LEFT JOIN people ON people.id = memberships.user_id
    ) AS listed
  ))`
}
