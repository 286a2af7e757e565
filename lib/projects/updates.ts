import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { forbidden, limitReached, notFound, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withAccount } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import { exceededQuota } from '@/lib/quotas'
import type { AccountScope } from '@/lib/scope'
import { withLockedProject } from './projects'

const UPDATES = { table: Prisma.sql`project_updates`, max: 1_000 }

/**
 * Posts an update to a project, and updates the project's `updated_at`.
 * @returns its id; `conflict` if the project has too many; `not-found`; `forbidden`
 */
export function postUpdate(
  scope: AccountScope,
  { projectId, body }: { projectId: string; body: string },
  request: RequestInfo,
): Promise<Outcome<{ id: string }>> {
  return withLockedProject(scope, projectId, async (tx, { name }) => {
    if (!can(scope, 'project-update.post')) return forbidden
    const id = uuidv7()
    const accountId = scope.account.id
    await tx.projectUpdate.create({ data: { id, accountId, projectId, body, createdBy: scope.user.id }, select: { id: true } })
    const max = await exceededQuota(tx, accountId, { ...UPDATES, where: Prisma.sql`project_id = ${projectId}::uuid` })
    if (max !== undefined) return limitReached('projectUpdates', message('project-updates-full', { max }))
    await tx.$executeRaw`UPDATE projects SET updated_at = now() WHERE account_id = ${accountId}::uuid AND id = ${projectId}::uuid`
    await record(tx, scope, { kind: 'project-update.posted', name, projectId, id, request })
    return ok({ id })
  })
}

/** Edits an update. Only its author may. @returns the id of its project; `not-found`; `forbidden` */
export function editUpdate(
  scope: AccountScope,
  { id, body }: { id: string; body: string },
  request: RequestInfo,
): Promise<Outcome<{ projectId: string }>> {
  return withLockedUpdate(scope, id, async (tx, update) => {
    if (!can(scope, 'project-update.edit', update)) return forbidden
    const { projectId } = update
    if (update.body === body) return ok({ projectId })
    await tx.projectUpdate.update({ where: { accountId_id: { accountId: scope.account.id, id } }, data: { body }, select: { id: true } })
    await record(tx, scope, { kind: 'project-update.edited', ...update, id, request })
    return ok({ projectId })
  })
}

/** Deletes an update permanently. @returns the id of its project; `not-found`; `forbidden` */
export function deleteUpdate(scope: AccountScope, id: string, request: RequestInfo): Promise<Outcome<{ projectId: string }>> {
  return withLockedUpdate(scope, id, async (tx, update) => {
    if (!can(scope, 'project-update.delete', update)) return forbidden
    await tx.projectUpdate.delete({ where: { accountId_id: { accountId: scope.account.id, id } }, select: { id: true } })
    await record(tx, scope, { kind: 'project-update.deleted', ...update, id, request })
    return ok({ projectId: update.projectId })
  })
}

const lockedRow = z.object({ projectId: z.string(), body: z.string(), createdBy: z.string().nullable(), name: z.string() })

/** Locks an update for the transaction, with the name of its project. */
function withLockedUpdate<T>(
  scope: AccountScope,
  id: string,
  fn: (tx: Tx, update: z.output<typeof lockedRow>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return withAccount(scope.account.id, async (tx) => {
    const [update] = await rows(
      tx,
      lockedRow,
      Prisma.sql`
      SELECT project_id AS "projectId", body, u.created_by AS "createdBy", name
        FROM project_updates AS u JOIN projects AS p ON p.account_id = u.account_id AND p.id = u.project_id
       WHERE u.account_id = ${scope.account.id}::uuid AND u.id = ${id}::uuid FOR UPDATE OF u`,
    )
    return update ? fn(tx, update) : notFound
  })
}

type UpdateEvent = {
  kind: `project-update.${'posted' | 'edited' | 'deleted'}`
  name: string
  projectId: string
  id: string
  request: RequestInfo
}

/** The event's target is the project, so that its page shows it. */
async function record(tx: Tx, { account, user }: AccountScope, { kind, name, projectId, id, request }: UpdateEvent): Promise<void> {
  const event = { kind, target: name, targetId: projectId, details: { update: id }, request }
  await recordEvent(tx, { ...event, accountId: account.id, actorId: user.id })
}
