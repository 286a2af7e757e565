import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { forbidden, invalid, limitReached, notFound, type Outcome, ok } from '@/lib/outcome'
import { displayName } from '@/lib/people'
import { type Tx, withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import { exceededQuota } from '@/lib/quotas'
import type { NameIn } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import type { editProjectSchema, newProjectSchema } from './schema'
import { PROJECT_STATUSES } from './status'

/** Projects that an account can have, archived ones included. */
export const PROJECTS_MAX = 10_000

const lockedRow = z.object({
  name: z.string(),
  description: z.string(),
  status: z.enum(PROJECT_STATUSES),
  leadId: z.string().nullable(),
  createdBy: z.string().nullable(),
})

/** A project that its transaction has locked. */
export type LockedProject = z.output<typeof lockedRow>

type NewProject = z.output<typeof newProjectSchema>
type EditedProject = z.output<typeof editProjectSchema>

/**
 * Creates a project. The caller leads it, until someone else does.
 * @returns its id; `invalid` if another project has the name; `conflict` if the account has too many; `forbidden`
 */
export function createProject(scope: AccountScope, project: NewProject, request: RequestInfo): Promise<Outcome<{ id: string }>> {
  return mapNameConflict(async () => {
    if (!can(scope, 'project.create')) return forbidden
    const id = uuidv7()
    const { name } = project
    const by = { leadId: scope.user.id, createdBy: scope.user.id }
    return withAccount(scope.account.id, async (tx) => {
      await tx.project.create({
        data: { id, accountId: scope.account.id, ...project, nameKey: foldText(name), ...by },
        select: { id: true },
      })
      const max = await exceededQuota(tx, scope.account.id, { table: Prisma.sql`projects`, max: PROJECTS_MAX })
      if (max !== undefined) return limitReached('projects', message('projects-full', { max }))
      await record(tx, scope, { kind: 'project.created', target: name, targetId: id, request })
      return ok({ id })
    })
  })
}

/**
 * Changes a project, and records each kind of change. Nothing is written if nothing differs.
 * @returns its name; `invalid` if another project has the name, or the new lead is not a member; `not-found`; `forbidden`
 */
export function editProject(scope: AccountScope, { id, ...project }: EditedProject, request: RequestInfo): Promise<Outcome<string>> {
  return mapNameConflict(() =>
    withLockedProject(scope, id, async (tx, before) => {
      if (!can(scope, 'project.edit', before)) return forbidden
      const lead = project.leadId === before.leadId ? undefined : await findLead(tx, scope, project.leadId)
      if (lead === null) return invalid({ leadId: 'project-lead-unknown' })
      const changes = changesOf(before, project, lead)
      if (!changes.length) return ok(project.name)
      await update(tx, scope, id, { ...project, nameKey: foldText(project.name) })
      for (const change of changes) await record(tx, scope, { ...change, target: project.name, targetId: id, request })
      return ok(project.name)
    }),
  )
}

type Fields = Omit<EditedProject, 'id'>
type Change = Pick<ProjectEvent, 'kind' | 'details'>

/** The event of a change of each field. A new field does not compile until it has one. */
const EVENTS: Record<keyof Fields, (before: LockedProject, after: Fields, lead: string | undefined) => Change> = {
  name: (before) => ({ kind: 'project.renamed', details: { from: before.name } }),
  description: () => ({ kind: 'project.described' }),
  status: (before, after) => ({ kind: 'project.status-changed', details: { from: before.status, to: after.status } }),
  leadId: (_, __, lead) => ({ kind: 'project.lead-changed', details: { lead } }),
}

/** Returns an event for each field that changes. @param lead the new lead's name */
function changesOf(before: LockedProject, after: Fields, lead: string | undefined): Change[] {
  const changed = (Object.keys(EVENTS) as (keyof Fields)[]).filter((field) => before[field] !== after[field])
  return changed.map((field) => EVENTS[field](before, after, lead))
}

/** Returns a member's name, and keeps them a member until the commit; empty for no lead; null if they are not a member. */
async function findLead(tx: Tx, { account }: AccountScope, leadId: string | null): Promise<string | null> {
  if (leadId === null) return ''
  const [lead] = await rows(
    tx,
    z.object({ name: z.string().nullable(), email: z.string().nullable() }),
    Prisma.sql`
    SELECT people.name, people.email FROM memberships AS m JOIN people ON people.id = m.user_id
     WHERE m.account_id = ${account.id}::uuid AND m.user_id = ${leadId}::uuid FOR KEY SHARE OF m`,
  )
  return lead ? displayName(lead) : null
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
export function withLockedProject<T>(
  scope: AccountScope,
  id: string,
  fn: (tx: Tx, project: LockedProject) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return withAccount(scope.account.id, async (tx) => {
    const [project] = await rows(
      tx,
      lockedRow,
      Prisma.sql`
      SELECT name, description, status, lead_id AS "leadId", created_by AS "createdBy" FROM projects
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
  kind: NameIn<'events'>
  target: string
  targetId: string
  details?: Prisma.InputJsonObject
  request: RequestInfo
}

async function record(tx: Tx, { account, user }: AccountScope, event: ProjectEvent): Promise<void> {
  await recordEvent(tx, { ...event, accountId: account.id, actorId: user.id })
}
