import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { onCommit, type Tx } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { telemetry } from '@/lib/platform/telemetry/telemetry'
import type { AuditKind } from './kinds'

export type AuditEvent = {
  kind: AuditKind
  /** the user who did it; null if no one was signed in */
  actorId: string | null
  /** the name or email of the object of the event, unless it is the account or user of the trail */
  target?: string
  /** the id of the target, if it has one */
  targetId?: string
  details?: Prisma.InputJsonObject
  request: RequestInfo
} & ({ accountId: string } | { userId: string })

/**
 * Records an event in the audit trail of an account or a user, in the transaction of the change: both commit, or neither
 * (ASVS 16.2). The transaction has the tenant context of that account or user.
 */
export async function recordEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await recordEvents(tx, [event])
}

/** Records several events, like {@link recordEvent}. Each is also logged after the commit. */
export async function recordEvents(tx: Tx, events: AuditEvent[]): Promise<void> {
  if (events.length) await tx.$executeRaw(insertEvents(tx, events))
}

/** Returns the statement of {@link recordEvents}, so that the statement of the change can include it. The caller runs it once. */
export function insertEvents(tx: Tx, events: AuditEvent[]): Prisma.Sql {
  const rows: Row[] = events.map(({ request, ...event }) => ({ ...event, id: uuidv7(), ip: request.ip, userAgent: request.userAgent }))
  logRecorded(tx, rows)
  return Prisma.sql`
    INSERT INTO audit_events (id, account_id, user_id, actor_id, kind, target, target_id, details, ip, user_agent)
    VALUES ${Prisma.join(rows.map(valuesOf))}`
}

type Row = RecordedEvent & Pick<AuditEvent, 'target' | 'details'> & { userAgent: string | null }

function valuesOf({ details = {}, ...row }: Row): Prisma.Sql {
  const ids = Prisma.sql`${row.id}::uuid, ${row.accountId ?? null}::uuid, ${row.userId ?? null}::uuid, ${row.actorId}::uuid`
  const target = Prisma.sql`${row.target ?? null}, ${row.targetId ?? null}::uuid`
  return Prisma.sql`(${ids}, ${row.kind}, ${target}, ${JSON.stringify(details)}::jsonb, ${row.ip}, ${row.userAgent})`
}

/** Logs events after the commit, for events that a SQL function recorded. {@link recordEvents} logs its own. */
export function logRecorded(tx: Tx, rows: RecordedEvent[]): void {
  onCommit(tx, () => rows.forEach(logRow))
}

/** Logs a failed sign-in with an unregistered email, which has no audit trail. */
export function logUnknownSignIn({ ip }: RequestInfo): void {
  telemetry()?.count('atrium.events', { kind: 'session.refused' satisfies AuditKind })
  log().warn({ kind: 'session.refused' satisfies AuditKind, actor: null, ip }, 'recorded')
}

type RecordedEvent = Pick<AuditEvent, 'kind' | 'actorId' | 'targetId'> & {
  id: string
  ip: string | null
  accountId?: string
  userId?: string
}

/** Logs only ids and the IP address. Names, emails, and the user agent are personal data, and stay in the audit trail. */
function logRow({ id, kind, accountId, userId, actorId, targetId, ip }: RecordedEvent): void {
  telemetry()?.count('atrium.events', { kind })
  if (kind === 'access.denied') return // logDenial has already logged the refusal
  const entry = { kind, event: id, account: accountId, user: userId, actor: actorId, target: targetId, ip }
  if (kind === 'session.refused') log().warn(entry, 'recorded')
  else log().info(entry, 'recorded')
}
