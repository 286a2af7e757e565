import 'server-only'
import { z } from 'zod'
import { sectionPath } from '@/lib/accounts/paths'
import { Prisma } from '@/lib/generated/prisma/client'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import type { Found } from './schema'

const FOUND_OF_EACH = 5

const foundRow = z.object({ kind: z.enum(['person', 'project']), id: z.uuid(), name: z.string(), line: z.string().nullable() })

/**
 * Finds people and projects of the account by any part of their name or email, ignoring case, for the command palette.
 * @returns up to five of each that the caller may list, by name
 */
export async function searchAccount(scope: AccountScope, search: string): Promise<Found[]> {
  const [wanted, folded] = [search.toLowerCase(), foldText(search)]
  if (!folded) return []
  const accountId = scope.account.id
  const people = Prisma.sql`
    (SELECT 'person' AS kind, people.id, coalesce(people.name, people.email) AS name, CASE WHEN people.name IS NOT NULL THEN people.email END AS line
       FROM memberships AS m JOIN people ON people.id = m.user_id
      WHERE m.account_id = ${accountId}::uuid AND (strpos(people.email, ${wanted}) > 0 OR strpos(lower(people.name), ${wanted}) > 0)
      ORDER BY 3 LIMIT ${FOUND_OF_EACH})`
  const projects = Prisma.sql`
    (SELECT 'project' AS kind, id, name, NULL AS line FROM projects
      WHERE account_id = ${accountId}::uuid AND strpos(name_key, ${folded}) > 0
      ORDER BY archived_at IS NOT NULL, name_key LIMIT ${FOUND_OF_EACH})`
  const parts = [...(can(scope, 'member.list') ? [people] : []), ...(can(scope, 'project.list') ? [projects] : [])]
  if (!parts.length) return []
  const found = await readForAccount(accountId, foundRow, Prisma.join(parts, ' UNION ALL '))
  return found.map(({ kind, id, name, line }) => ({
    kind,
    name,
    ...(line === null ? {} : { line }),
    href: `${sectionPath(scope.account.slug, kind === 'person' ? 'members' : 'projects')}/${id}`,
  }))
}
