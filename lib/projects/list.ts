import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { pageOf } from '@/lib/lists'
import { mentionedName } from '@/lib/people'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import type { ProjectQuery } from './schema'
import { PROJECT_STATUSES } from './status'

const PROJECTS_PER_PAGE = 50

const listedRow = z.object({
  id: z.string(),
  name: z.string(),
  nameKey: z.string(),
  status: z.enum(PROJECT_STATUSES),
  statusRank: z.int(),
  createdBy: z.string().nullable(),
  updatedAt: z.date(),
  userId: z.string().nullable(),
  isMember: z.boolean(),
  leadKey: z.string().nullable(),
  leadName: z.string().nullable(),
  email: z.string().nullable(),
})
type ListedRow = z.output<typeof listedRow>

/** A project in the list. `lead` is the name of the member who leads it. */
export type ListedProject = Pick<ListedRow, 'id' | 'name' | 'status' | 'createdBy' | 'updatedAt'> & { lead: string | null }

type Order = { by: Prisma.Sql; after: (position: string) => Prisma.Sql; keyOf: (row: ListedRow) => string }

// Each order but the one by lead reads its own index, so that no page has to sort; the other conditions filter it. Leads sort by
// their name in another table, so that order reads and sorts all projects of the account. A trigram index would not help:
// under row-level security, only leakproof operators use an index, and LIKE is not one. The subquery hides the time from the
// planner, which would otherwise expect few rows after it and sort them.
const ORDERS: Record<ProjectQuery['sort'], Order> = {
  updated: {
    by: Prisma.sql`updated_at DESC, id DESC`,
    after: (position) => {
      const [time, id] = split(position)
      return Prisma.sql`(updated_at, id) < ((SELECT ${new Date(Number(time))}::timestamptz), ${id}::uuid)`
    },
    keyOf: ({ updatedAt, id }) => `${updatedAt.getTime()}.${id}`,
  },
  name: {
    by: Prisma.sql`name_key`,
    after: (position) => Prisma.sql`name_key > ${position}`,
    keyOf: ({ nameKey }) => nameKey,
  },
  status: {
    by: Prisma.sql`status_rank, name_key`,
    after: (position) => {
      const [rank, nameKey] = split(position)
      return Prisma.sql`(status_rank, name_key) > (${Number(rank)}::smallint, ${nameKey})`
    },
    keyOf: ({ statusRank, nameKey }) => `${statusRank}.${nameKey}`,
  },
  // those without a lead come last
  lead: {
    by: Prisma.sql`lead_key IS NULL, lead_key, name_key`,
    after: (position) => {
      const [leadKey = '', nameKey = ''] = position.split('\n')
      return Prisma.sql`(lead_key IS NULL, coalesce(lead_key, ''), name_key) > (${leadKey === ''}, ${leadKey}, ${nameKey})`
    },
    keyOf: ({ leadKey, nameKey }) => `${leadKey ?? ''}\n${nameKey}`,
  },
}

/**
 * Reads a page of the account's projects.
 * @param query `search` matches any part of the name, ignoring case; `after` is the `next` of the previous page
 * @returns the projects, and `next` if there is another page; null if the caller may not list projects
 */
export async function listProjects(scope: AccountScope, query: ProjectQuery): Promise<{ projects: ListedProject[]; next?: string } | null> {
  if (!can(scope, 'project.list')) return null
  const { search, sort, status, after = startOf(query) } = query
  const accountId = scope.account.id
  const order = ORDERS[sort]
  const wanted = foldText(search)
  const found = await readForAccount(
    accountId,
    listedRow,
    Prisma.sql`
      SELECT page.*, people.name AS "leadName", people.email
        FROM (
          SELECT id, name, name_key AS "nameKey", status, status_rank::int AS "statusRank", created_by AS "createdBy",
                 updated_at AS "updatedAt", lead_id AS "userId", member_id IS NOT NULL AS "isMember", lead_key AS "leadKey",
                 row_number() OVER (ORDER BY ${order.by}) AS place
            FROM projects
            LEFT JOIN (SELECT user_id AS member_id, sort_key AS lead_key FROM memberships WHERE account_id = ${accountId}::uuid) AS leads
              ON member_id = lead_id
           WHERE account_id = ${accountId}::uuid ${byStatus(status)}
             ${after === undefined ? Prisma.empty : Prisma.sql`AND ${order.after(after)}`}
             ${wanted ? Prisma.sql`AND strpos(name_key, ${wanted}) > 0` : Prisma.empty}
           ORDER BY ${order.by}
           LIMIT ${PROJECTS_PER_PAGE + 1}
        ) AS page
        LEFT JOIN people ON page."isMember" AND people.id = page."userId"
       ORDER BY place`,
  )
  const { rows: page, next } = pageOf(found, PROJECTS_PER_PAGE, order.keyOf)
  const projects = page.map(({ id, name, status, createdBy, updatedAt, leadName, ...lead }) => ({
    ...{ id, name, status, createdBy, updatedAt },
    lead: mentionedName(scope.user, { ...lead, name: leadName }),
  }))
  return next === undefined ? { projects } : { projects, next }
}

function byStatus(status: ProjectQuery['status']): Prisma.Sql {
  if (status === 'archived') return Prisma.sql`AND archived_at IS NOT NULL`
  return status ? Prisma.sql`AND archived_at IS NULL AND status = ${status}` : Prisma.sql`AND archived_at IS NULL`
}

// As the database computes status_rank.
const STATUS_RANKS = { active: 1, planned: 2, paused: 3, done: 4 }

/** Returns where the first page begins: at the status that is shown, if the list is sorted by status. */
function startOf({ sort, status }: ProjectQuery): string | undefined {
  return sort === 'status' && status && status !== 'archived' ? `${STATUS_RANKS[status]}.` : undefined
}

/** Splits a position at its first dot. */
function split(position: string): [first: string, rest: string] {
  const dot = position.indexOf('.')
  return [position.slice(0, dot), position.slice(dot + 1)]
}
