import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { pageOf } from '@/lib/lists'
import { message } from '@/lib/messages'
import { forbidden, invalid, limitReached, notFound, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { orRolledBack, rollback } from '@/lib/platform/rollback'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import { exceededQuota } from '@/lib/quotas'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import type { ProjectQuery } from './schema'

const projectRow = z.object({
  id: z.string(),
  name: z.string(),
  nameKey: z.string(),
  createdBy: z.string().nullable(),
  createdAt: z.date(),
  archivedAt: z.date().nullable(),
})
const lockedRow = projectRow.pick({ name: true, createdBy: true })

export type Project = z.output<typeof projectRow>

const PROJECTS_PER_PAGE = 50

// Each order reads its own index, so that no page has to sort. Ids are in order of creation.
const ORDERS = {
  name: { column: Prisma.sql`name_key`, direction: Prisma.sql`ASC`, on: (after: string) => Prisma.sql`AND name_key > ${after}` },
  newest: { column: Prisma.sql`id`, direction: Prisma.sql`DESC`, on: (after: string) => Prisma.sql`AND id < ${after}::uuid` },
  oldest: { column: Prisma.sql`id`, direction: Prisma.sql`ASC`, on: (after: string) => Prisma.sql`AND id > ${after}::uuid` },
}

/**
 * Reads a page of the account's projects.
 * @param query `search` matches any part of the name, ignoring case; `after` is the `next` of the previous page
 * @returns the projects, and `next` if there is another page; null if the caller may not list projects
 */
export async function listProjects(
  scope: AccountScope,
  { search, sort, archived, after }: ProjectQuery,
): Promise<{ projects: Project[]; next?: string } | null> {
  if (!can(scope, 'project.list')) return null
  const order = ORDERS[sort]
  const wanted = foldText(search)
  // The search reads the same index and stops when the page is full. A trigram index would not help: under row-level
  // security, PostgreSQL only uses leakproof operators for index lookups, and LIKE is not leakproof.
  const found = await withAccount(scope.account.id, (tx) =>
    rows(
      tx,
      projectRow,
      Prisma.sql`
      SELECT id, name, name_key AS "nameKey", created_by AS "createdBy", created_at AS "createdAt", archived_at AS "archivedAt"
        FROM projects
       WHERE account_id = ${scope.account.id}::uuid
         AND ${archived ? Prisma.sql`archived_at IS NOT NULL` : Prisma.sql`archived_at IS NULL`}
         ${after === undefined ? Prisma.empty : order.on(after)}
         ${wanted ? Prisma.sql`AND strpos(name_key, ${wanted}) > 0` : Prisma.empty}
       ORDER BY ${order.column} ${order.direction}
       LIMIT ${PROJECTS_PER_PAGE + 1}`,
    ),
  )
  const { rows: projects, next } = pageOf(found, PROJECTS_PER_PAGE, (last) => (sort === 'name' ? last.nameKey : last.id))
  return { projects, next }
}

/**
 * Creates a project.
 * @returns its id; `invalid` if another project has the name; `conflict` if the account has too many; `forbidden`
 */
export function createProject(scope: AccountScope, { name }: { name: string }, request: RequestInfo): Promise<Outcome<{ id: string }>> {
  return mapNameConflict(async () => {
    if (!can(scope, 'project.create')) return forbidden
    const id = uuidv7()
    const creating = withAccount(scope.account.id, async (tx) => {
      await tx.project.create({
        data: { id, accountId: scope.account.id, name, nameKey: foldText(name), createdBy: scope.user.id },
        select: { id: true },
      })
      const max = await exceededQuota(tx, scope.account.id, 'projects')
      if (max !== undefined) rollback(limitReached('projects', message('projects-full', { max })))
      await record(tx, scope, { kind: 'project.created', target: name, targetId: id, request })
      return ok({ id })
    })
    return orRolledBack(creating)
  })
}

/** Renames a project. @returns its name; `invalid` if another project has the name; `not-found`; `forbidden` */
export function renameProject(
  scope: AccountScope,
  { id, name }: { id: string; name: string },
  request: RequestInfo,
): Promise<Outcome<string>> {
  return mapNameConflict(() =>
    withLockedProject(scope, id, async (tx, project) => {
      if (!can(scope, 'project.rename', project)) return forbidden
      await update(tx, scope, id, { name, nameKey: foldText(name) })
      await record(tx, scope, { kind: 'project.renamed', target: name, targetId: id, details: { from: project.name }, request })
      return ok(name)
    }),
  )
}

/** Archives a project, or restores it from the archive. @returns its name; `not-found`; `forbidden` */
export function archiveProject(
  scope: AccountScope,
  { id, archived }: { id: string; archived: boolean },
  request: RequestInfo,
): Promise<Outcome<string>> {
  return withLockedProject(scope, id, async (tx, project) => {
    if (!can(scope, 'project.archive', project)) return forbidden
    await update(tx, scope, id, { archivedAt: archived ? new Date() : null })
    await record(tx, scope, { kind: archived ? 'project.archived' : 'project.unarchived', target: project.name, targetId: id, request })
    return ok(project.name)
  })
}

/** Deletes a project permanently. @returns its name; `not-found`; `forbidden` */
export function deleteProject(scope: AccountScope, id: string, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedProject(scope, id, async (tx, project) => {
    if (!can(scope, 'project.delete', project)) return forbidden
    await tx.project.delete({ where: { accountId_id: { accountId: scope.account.id, id } }, select: { id: true } })
    await record(tx, scope, { kind: 'project.deleted', target: project.name, targetId: id, request })
    return ok(project.name)
  })
}

/** Locks a project of the account for the transaction, so that the policy check applies to the row that changes. */
function withLockedProject<T>(
  scope: AccountScope,
  id: string,
  fn: (tx: Tx, project: z.output<typeof lockedRow>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return withAccount(scope.account.id, async (tx) => {
    const [project] = await rows(
      tx,
      lockedRow,
      Prisma.sql`
      SELECT name, created_by AS "createdBy" FROM projects
      WHERE account_id = ${scope.account.id}::uuid AND id = ${id}::uuid FOR UPDATE`,
    )
    return project ? fn(tx, project) : notFound
  })
}

async function update(tx: Tx, { account }: AccountScope, id: string, data: Prisma.ProjectUncheckedUpdateInput): Promise<void> {
  await tx.project.update({ where: { accountId_id: { accountId: account.id, id } }, data, select: { id: true } })
}

/** Maps a violation of the unique constraint on names to a field error. */
async function mapNameConflict<T>(fn: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await fn()
  } catch (error) {
    if (violatedConstraint(error) === 'projects_name_key_key') return invalid({ name: 'project-name-taken' })
    throw error
  }
}

type ProjectEvent = {
  kind: `project.${'created' | 'renamed' | 'archived' | 'unarchived' | 'deleted'}`
  target: string
  targetId: string
  details?: Prisma.InputJsonObject
  request: RequestInfo
}

async function record(tx: Tx, { account, user }: AccountScope, event: ProjectEvent): Promise<void> {
  await recordEvent(tx, { ...event, accountId: account.id, actorId: user.id })
}
