import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { pageOf } from '@/lib/lists'
import { mentionedName } from '@/lib/people'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { projectSchema } from './schema'
import { PROJECT_STATUSES } from './status'

const UPDATES_PER_PAGE = 20
const EVENTS_SHOWN = 10
/** How many members the edit form offers as lead, besides the current lead and the caller. */
const LEADS_OFFERED = 200

const mentioned = z.object({
  userId: z.string().nullable(),
  isMember: z.boolean(),
  name: z.string().nullable(),
  email: z.string().nullable(),
})

const updateRow = mentioned.extend({ id: z.string(), body: z.string(), at: z.coerce.date(), isEdited: z.boolean() })
const eventRow = mentioned.extend({
  id: z.string(),
  kind: z.string(),
  target: z.string().nullable(),
  details: z.unknown(),
  at: z.coerce.date(),
})

const projectRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(PROJECT_STATUSES),
  createdBy: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
  archivedAt: z.date().nullable(),
  lead: mentioned,
  updates: z.array(updateRow),
  events: z.array(eventRow),
})

const PROJECT = Prisma.sql`
  project.id, project.name, project.description, project.status, project.created_by AS "createdBy",
  project.created_at AS "createdAt", project.updated_at AS "updatedAt", project.archived_at AS "archivedAt"`

/** Joins the name that the account sees for the user in a column, as `mentioned` reads it. */
const person = (column: Prisma.Sql, accountId: string) => Prisma.sql`
  LEFT JOIN memberships AS m ON m.account_id = ${accountId}::uuid AND m.user_id = ${column}
  LEFT JOIN people ON people.id = m.user_id`
const PERSON = Prisma.sql`m.user_id IS NOT NULL AS "isMember", people.name, people.email`

/**
 * Reads a project with a page of its updates, newest first, and its latest events, in one statement.
 * @param id from the URL, not yet validated
 * @param after the `next` of the previous page of updates
 * @returns null if there is no such project, or the caller may not list projects
 */
export async function findProject(scope: AccountScope, id: string, after?: string) {
  if (!can(scope, 'project.list') || !projectSchema.safeParse({ id }).success) return null
  const { account, user } = scope
  const [found] = await readForAccount(
    account.id,
    projectRow,
    Prisma.sql`
      SELECT ${PROJECT}, json_build_object('userId', lead_id, 'isMember', m.user_id IS NOT NULL, 'name', people.name, 'email', people.email) AS lead,
             (SELECT coalesce(json_agg(feed ORDER BY feed.id DESC), '[]') FROM (
               SELECT u.id, u.body, u.created_at AS at, u.updated_at > u.created_at AS "isEdited", u.created_by AS "userId", ${PERSON}
                 FROM (
                   SELECT * FROM project_updates
                    WHERE account_id = ${account.id}::uuid AND project_id = ${id}::uuid
                      ${after === undefined ? Prisma.empty : Prisma.sql`AND id < ${after}::uuid`}
                    ORDER BY id DESC LIMIT ${UPDATES_PER_PAGE + 1}
                 ) AS u ${person(Prisma.sql`u.created_by`, account.id)}
             ) AS feed) AS updates,
             (SELECT coalesce(json_agg(event ORDER BY event.at DESC, event.id DESC), '[]') FROM (
               SELECT e.id, e.kind, e.target, e.details, e.created_at AS at, e.actor_id AS "userId", ${PERSON}
                 FROM (
                   SELECT * FROM audit_events
                    WHERE trail_id = ${account.id}::uuid AND target_id = ${id}::uuid
                    ORDER BY created_at DESC, id DESC LIMIT ${EVENTS_SHOWN}
                 ) AS e ${person(Prisma.sql`e.actor_id`, account.id)}
             ) AS event) AS events
        FROM projects AS project ${person(Prisma.sql`project.lead_id`, account.id)}
       WHERE project.account_id = ${account.id}::uuid AND project.id = ${id}::uuid`,
  )
  if (!found) return null
  const { rows: updates, next } = pageOf(found.updates, UPDATES_PER_PAGE, (last) => last.id)
  return {
    ...found,
    lead: mentionedName(user, found.lead),
    updates: updates.map(({ userId, ...update }) => ({
      ...update,
      createdBy: userId,
      author: mentionedName(user, { ...update, userId }),
    })),
    events: found.events.map((event) => ({ ...event, actor: mentionedName(user, event) })),
    next,
  }
}

/** A project as its page shows it. */
export type ShownProject = NonNullable<Awaited<ReturnType<typeof findProject>>>

const editableRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(PROJECT_STATUSES),
  createdBy: z.string().nullable(),
  archivedAt: z.date().nullable(),
  leadId: z.string().nullable(),
  leads: z.array(mentioned.extend({ userId: z.string() })),
})

/**
 * Reads a project for its edit form, with the members who can lead it, in one statement.
 * @param id from the URL, not yet validated
 * @returns null if there is no such project, or the caller may not edit it
 */
export async function findEditableProject(scope: AccountScope, id: string) {
  if (!projectSchema.safeParse({ id }).success) return null
  const { account, user } = scope
  const [found] = await readForAccount(
    account.id,
    editableRow,
    Prisma.sql`
      SELECT ${PROJECT}, lead_id AS "leadId",
             (SELECT json_agg(lead) FROM (
               SELECT m.user_id AS "userId", true AS "isMember", people.name, people.email
                 FROM memberships AS m JOIN people ON people.id = m.user_id
                WHERE m.account_id = ${account.id}::uuid
                ORDER BY m.user_id = ${user.id}::uuid OR m.user_id IS NOT DISTINCT FROM project.lead_id DESC, m.created_at LIMIT ${LEADS_OFFERED}
             ) AS lead) AS leads
        FROM projects AS project WHERE account_id = ${account.id}::uuid AND id = ${id}::uuid`,
  )
  if (!found || !can(scope, 'project.edit', found)) return null
  const leads = found.leads.map((lead) => ({ id: lead.userId, name: mentionedName(user, lead) ?? '' }))
  return { ...found, leads: leads.sort((one, other) => one.name.localeCompare(other.name, 'en')) }
}
