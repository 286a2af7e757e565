import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { asSeenBy } from '@/lib/people'
import { type Tx, withAccount, withUser } from '@/lib/platform/db'
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
  /** null if the actor's email is not confirmed, or they have been deleted */
  email: z.string().nullable(),
  name: z.string().nullable(),
  /** whether the actor is a member of the account; always false in a user's own trail */
  isMember: z.boolean(),
})

/** An event as a page shows it, with its actor if they still exist. */
export type ShownEvent = z.output<typeof eventRow>

export type EventPage = { events: ShownEvent[]; next?: string }

/**
 * Reads a page of the account's audit trail, newest first.
 * @param query `person` is the actor's email or id; `from` and `to` are days in UTC, both inclusive
 * @returns the events, and `next` if there is another page; null if the caller may not read the trail
 */
export async function listEvents(scope: AccountScope, query: AuditQuery): Promise<EventPage | null> {
  if (!can(scope, 'audit.list')) return null
  return pageOf(scope, await withAccount(scope.account.id, (tx) => readEvents(tx, scope.account.id, query, EVENTS_PER_PAGE + 1)))
}

/** Reads a page of the user's own audit trail, like {@link listEvents}. */
export async function listOwnEvents(scope: UserScope, query: AuditQuery): Promise<EventPage> {
  return pageOf(scope, await withUser(scope.user.id, (tx) => readEvents(tx, scope.user.id, query, EVENTS_PER_PAGE + 1)))
}

function pageOf({ user }: UserScope, found: ShownEvent[]): EventPage {
  const events = found.slice(0, EVENTS_PER_PAGE).map((event) => asSeenBy(user, event.actorId, event))
  const last = events.at(-1)
  return found.length > EVENTS_PER_PAGE && last ? { events, next: keyOf(last) } : { events }
}

/** Returns the key after which the next page begins. */
function keyOf({ at, id }: ShownEvent): string {
  return `${at.getTime()}.${id}`
}

/**
 * Reads at most `take` events after `after`, newest first, in the transaction's tenant context. For every combination of
 * filters, it reads one index of the trail in order and stops at `take`.
 */
export function readEvents(tx: Tx, trailId: string, { person, kind, from, to, after }: AuditQuery, take: number): Promise<ShownEvent[]> {
  return rows(
    tx,
    eventRow,
    Prisma.sql`
    SELECT event.*, people.email, people.name, memberships.user_id IS NOT NULL AS "isMember"
      FROM (
        SELECT id, kind, target, target_id AS "targetId", details, ip, user_agent AS "userAgent", created_at AS at, actor_id AS "actorId"
          FROM audit_events
         WHERE trail_id = ${trailId}::uuid
           ${isAuditKind(kind) ? Prisma.sql`AND kind = ${kind}` : Prisma.empty}
           ${person ? byPerson(person) : Prisma.empty}
           ${from ? Prisma.sql`AND created_at >= ${from}::timestamp AT TIME ZONE 'UTC'` : Prisma.empty}
           ${to ? Prisma.sql`AND created_at < (${to}::timestamp + interval '1 day') AT TIME ZONE 'UTC'` : Prisma.empty}
           ${after ? Prisma.sql`AND (created_at, id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
         ORDER BY created_at DESC, id DESC
         LIMIT ${take}
      ) AS event
      LEFT JOIN people ON people.id = event."actorId"
      LEFT JOIN memberships ON memberships.account_id = ${trailId}::uuid AND memberships.user_id = event."actorId"
     ORDER BY event.at DESC, event.id DESC`,
  )
}

/** Filters by actor. An unregistered email finds nothing, like the email of a user without events. */
function byPerson(person: string): Prisma.Sql {
  return person.includes('@')
    ? Prisma.sql`AND actor_id = (SELECT id FROM users WHERE email = ${person} AND email_verified_at IS NOT NULL)`
    : Prisma.sql`AND actor_id = ${person}::uuid`
}
