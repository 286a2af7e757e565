import 'server-only'
import { Prisma } from '@/lib/generated/prisma/client'
import { type Tx, withAccount, withUser } from '@/lib/platform/db'
import { can } from '@/lib/policy'
import type { AccountScope, UserScope } from '@/lib/scope'
import { isAuditKind } from './kinds'
import type { AuditQuery } from './schema'

const EVENTS_A_PAGE = 50

/** An event as a page shows it, with who did it as far as that is still known. */
export type ShownEvent = {
  id: string
  kind: string
  target: string | null
  targetId: string | null
  details: unknown
  ip: string | null
  userAgent: string | null
  at: Date
  actorId: string | null
  /** null for someone who has deleted themselves */
  email: string | null
  name: string | null
  /** whether they belong to the account; always false in one's own trail */
  isMember: boolean
}

export type EventPage = { events: ShownEvent[]; next?: string }

/**
 * A page of what happened in the account, newest first.
 * @param query `person` by their email, or by their id; `from` and `to` are days in UTC, both of them included
 * @returns the events, and where the next page begins, if there is one; null when one may not see them
 */
export async function listEvents(scope: AccountScope, query: AuditQuery): Promise<EventPage | null> {
  if (!can(scope, 'audit.list')) return null
  return pageOf(await withAccount(scope.account.id, (tx) => readEvents(tx, scope.account.id, query, EVENTS_A_PAGE + 1)))
}

/** A page of one's own trail, as {@link listEvents}. */
export async function listOwnEvents(scope: UserScope, query: AuditQuery): Promise<EventPage> {
  return pageOf(await withUser(scope.user.id, (tx) => readEvents(tx, scope.user.id, query, EVENTS_A_PAGE + 1)))
}

function pageOf(found: ShownEvent[]): EventPage {
  const events = found.slice(0, EVENTS_A_PAGE)
  const last = events.at(-1)
  return found.length > EVENTS_A_PAGE && last ? { events, next: keyOf(last) } : { events }
}

/** Where a list goes on after this event. */
function keyOf({ at, id }: ShownEvent): string {
  return `${at.getTime()}.${id}`
}

/** Reads on from `after` through the door that is open. Each way to ask walks one index of the trail and stops when it has `take`. */
export function readEvents(tx: Tx, trailId: string, { person, kind, from, to, after }: AuditQuery, take: number): Promise<ShownEvent[]> {
  return tx.$queryRaw<ShownEvent[]>`
    SELECT event.*, users.email, users.name, memberships.user_id IS NOT NULL AS "isMember"
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
      LEFT JOIN users ON users.id = event."actorId"
      LEFT JOIN memberships ON memberships.account_id = ${trailId}::uuid AND memberships.user_id = event."actorId"
     ORDER BY event.at DESC, event.id DESC`
}

/** An address that nobody has finds nothing, as one of somebody who did nothing here. */
function byPerson(person: string): Prisma.Sql {
  return person.includes('@')
    ? Prisma.sql`AND actor_id = (SELECT id FROM users WHERE email = ${person})`
    : Prisma.sql`AND actor_id = ${person}::uuid`
}
