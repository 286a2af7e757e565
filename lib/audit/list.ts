import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { asSeenBy } from '@/lib/people'
import type { Tx } from '@/lib/platform/db'
import { readForAccount, readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { AccountScope, UserScope } from '@/lib/scope'
import { isAuditKind } from './kinds'
import type { AuditQuery } from './schema'

const EVENTS_PER_PAGE = 50

const eventRow = z.object({
  id: z.string(),
  kind: z.string(),
  target: z.string().nullable(),
  targetId: z.string().nullable(),
  details: z.unknown(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  at: z.date(),
  actorId: z.string().nullable(),
  /** the actor's email and name at that time; null if the email was not confirmed then and the actor is no longer a member */
  email: z.string().nullable(),
  name: z.string().nullable(),
  /** whether the actor is a member of the account; always false in a user's own trail */
  isMember: z.boolean(),
})

/** An event as a page shows it, with the name of its actor at that time. */
export type ShownEvent = z.output<typeof eventRow>

export type EventPage = { events: ShownEvent[]; next?: string }

/**
 * Reads a page of the account's audit trail, newest first.
 * @param query `person` is the actor's email or id; `from` and `to` are days in UTC, both inclusive
 * @returns the events, and `next` if there is another page; null if the caller may not read the trail
 */
export async function listEvents(scope: AccountScope, query: AuditQuery): Promise<EventPage | null> {
  if (!can(scope, 'audit.list')) return null
  return pageOf(scope, await readForAccount(scope.account.id, eventRow, selectEvents(scope.account.id, query, EVENTS_PER_PAGE + 1)))
}

/** Reads a page of the user's own audit trail, like {@link listEvents}. */
export async function listOwnEvents(scope: UserScope, query: AuditQuery): Promise<EventPage> {
  return pageOf(scope, await readForUser(scope.user.id, eventRow, selectEvents(scope.user.id, query, EVENTS_PER_PAGE + 1)))
}

function pageOf({ user }: UserScope, found: ShownEvent[]): EventPage {
  const events = found.slice(0, EVENTS_PER_PAGE).map((event) => (event.email === null ? asSeenBy(user, event.actorId, event) : event))
  const last = events.at(-1)
  return found.length > EVENTS_PER_PAGE && last ? { events, next: keyOf(last) } : { events }
}

/** Returns the key after which the next page begins. */
function keyOf({ at, id }: ShownEvent): string {
  return `${at.getTime()}.${id}`
}

/** Reads at most `take` events after `after`, newest first, in the transaction's tenant context. */
export function readEvents(tx: Tx, trailId: string, query: AuditQuery, take: number): Promise<ShownEvent[]> {
  return rows(tx, eventRow, selectEvents(trailId, query, take))
}

/** For every combination of filters, it reads one index of the trail in order and stops at `take`. */
function selectEvents(trailId: string, { person, kind, from, to, after }: AuditQuery, take: number): Prisma.Sql {
  return Prisma.sql`
    SELECT event.*, coalesce("actorEmail", people.email) AS email, memberships.user_id IS NOT NULL AS "isMember",
           CASE WHEN "actorEmail" IS NULL THEN people.name ELSE "actorName" END AS name
      FROM (
        SELECT id, kind, target, target_id AS "targetId", details, ip, user_agent AS "userAgent", created_at AS at,
               actor_id AS "actorId", actor_email AS "actorEmail", actor_name AS "actorName"
          FROM audit_events
         WHERE trail_id = ${trailId}::uuid
           ${isAuditKind(kind) ? Prisma.sql`AND kind = ${kind}` : Prisma.empty}
           ${person ? byPerson(trailId, person) : Prisma.empty}
           ${from ? Prisma.sql`AND created_at >= ${from}::timestamp AT TIME ZONE 'UTC'` : Prisma.empty}
           ${to ? Prisma.sql`AND created_at < (${to}::timestamp + interval '1 day') AT TIME ZONE 'UTC'` : Prisma.empty}
           ${after ? Prisma.sql`AND (created_at, id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
         ORDER BY created_at DESC, id DESC
         LIMIT ${take}
      ) AS event
      LEFT JOIN memberships ON memberships.account_id = ${trailId}::uuid AND memberships.user_id = event."actorId"
      LEFT JOIN people ON people.id = memberships.user_id
     ORDER BY event.at DESC, event.id DESC`
}

/**
 * Filters by actor. An email matches a current member, or an actor who had it at the time of an event. The later email of a
 * former member matches nothing, like an unregistered one.
 */
function byPerson(trailId: string, person: string): Prisma.Sql {
  if (z.uuid().safeParse(person).success) return Prisma.sql`AND actor_id = ${person}::uuid`
  const member = Prisma.sql`
    SELECT user_id FROM users JOIN memberships ON user_id = users.id
     WHERE account_id = ${trailId}::uuid AND email = ${person} AND email_verified_at IS NOT NULL`
  const earlier = Prisma.sql`
    SELECT actor_id FROM audit_events WHERE trail_id = ${trailId}::uuid AND actor_email = ${person} ORDER BY created_at DESC LIMIT 1`
  return Prisma.sql`AND actor_id = (SELECT coalesce((${member}), (${earlier})))` // one value, which searches an index
}
