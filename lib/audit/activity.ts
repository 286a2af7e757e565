import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { can, type Permission } from '@/lib/policy'
import { type DeclaredResource, RESOURCES } from '@/lib/resources'
import type { Actor } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'
import type { AuditKind, CoreAuditKind } from './kinds'

// What the account's overview shows of the audit trail: who did what, without addresses and devices.

const EVENTS_SHOWN = 15
export const DAYS_SHOWN = 30
/** A day counts up to here, so that the overview of a busy account reads as few rows as any other. */
export const COUNTED_PER_DAY = 100

/**
 * The permission that shows an event to a member who may not read the audit trail. Events that are not here are for
 * `audit.list`: exports, denied attempts, and invitations, with the emails of people who have not joined. The events of a
 * resource need the permission of its section.
 */
const SHOWN_TO: Partial<Record<CoreAuditKind, Permission>> = {
  'account.created': 'account.view',
  'account.renamed': 'account.view',
  'account.restored': 'account.view',
  'user.registered': 'member.list',
  'invitation.accepted': 'member.list',
  'membership.role-changed': 'member.list',
  'membership.removed': 'member.list',
  'membership.restored': 'member.list',
  'membership.left': 'member.list',
  'ownership.accepted': 'member.list',
}

/** Returns the kinds of events that the actor may see on the overview; null for all, with `audit.list`. */
export function kindsShownTo(actor: Actor): AuditKind[] | null {
  if (can(actor, 'audit.list')) return null
  const core = Object.entries(SHOWN_TO).filter(([, permission]) => can(actor, permission))
  const ofResources = Object.values<DeclaredResource>(RESOURCES)
    .filter(({ section }) => can(actor, section.permission))
    .flatMap(({ events }) => Object.keys(events))
  return [...core.map(([kind]) => kind), ...ofResources] as AuditKind[]
}

/** One row of {@link selectActivity}, as JSON. The id of the event orders it, and stays in the database. */
export const activityRow = z.object({
  kind: z.string(),
  target: z.string().nullable(),
  details: z.unknown(),
  at: z.coerce.date(),
  actorId: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  isMember: z.boolean(),
})

/** An event on the overview, with its actor's name at the time. */
export type ActivityEvent = z.output<typeof activityRow>

const COLUMNS = Prisma.sql`id, kind, target, details, created_at AS at, actor_id AS "actorId", actor_email, actor_name`

/** Selects the newest events that the caller may see. It reads one index in order, or a few rows of it for each kind. */
export function selectActivity(scope: AccountScope): Prisma.Sql {
  const accountId = scope.account.id
  const kinds = kindsShownTo(scope)
  const newest = Prisma.sql`ORDER BY created_at DESC, id DESC LIMIT ${EVENTS_SHOWN}`
  const events = kinds
    ? Prisma.sql`
      SELECT event.* FROM unnest(${kinds}::text[]) AS shown (kind) CROSS JOIN LATERAL (
        SELECT ${COLUMNS} FROM audit_events WHERE trail_id = ${accountId}::uuid AND kind = shown.kind ${newest}
      ) AS event ORDER BY at DESC, id DESC LIMIT ${EVENTS_SHOWN}`
    : Prisma.sql`SELECT ${COLUMNS} FROM audit_events WHERE trail_id = ${accountId}::uuid ${newest}`
  return Prisma.sql`
    SELECT event.id, kind, target, details, at, "actorId", coalesce(actor_email, people.email) AS email,
           CASE WHEN actor_email IS NULL THEN people.name ELSE actor_name END AS name, m.user_id IS NOT NULL AS "isMember"
      FROM (${events}) AS event
      LEFT JOIN memberships AS m ON m.account_id = ${accountId}::uuid AND m.user_id = event."actorId"
      LEFT JOIN people ON people.id = m.user_id
     ORDER BY at DESC, event.id DESC`
}

/** Selects one row with `days`: the number of events that the caller may see, for each of the last 30 days in UTC. */
export function selectDays(scope: AccountScope): Prisma.Sql {
  const kinds = kindsShownTo(scope)
  const isShown = kinds ? Prisma.sql`kind = ANY (${kinds}::text[])` : Prisma.sql`true`
  return Prisma.sql`
    SELECT json_agg(count ORDER BY day) AS days
      FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') - ${DAYS_SHOWN - 1} * interval '1 day', now() AT TIME ZONE 'UTC', '1 day') AS day
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE ${isShown}) AS count FROM (
         SELECT kind FROM audit_events
          WHERE trail_id = ${scope.account.id}::uuid
            AND created_at >= day AT TIME ZONE 'UTC' AND created_at < (day + interval '1 day') AT TIME ZONE 'UTC'
          ORDER BY created_at DESC, id DESC LIMIT ${COUNTED_PER_DAY}
       ) AS events
     ) AS counted`
}
