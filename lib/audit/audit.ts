import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { onCommit, type Tx } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import type { AuditKind } from './kinds'

export type AuditEvent = {
  kind: AuditKind
  /** who did it; null when nobody was signed in */
  actorId: string | null
  /** what it was done to, when that is not the trail's own account or person */
  target?: string
  /** the same by its id, where it has one */
  targetId?: string
  details?: Prisma.InputJsonObject
  request: RequestInfo
} & ({ accountId: string } | { userId: string })

/**
 * Writes an event into the trail of an account (through that account's door) or of a person (through theirs), in the
 * transaction of its cause: they commit together or not at all (ASVS 16.2).
 */
export async function recordEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await recordEvents(tx, [event])
}

/** Several at once, as {@link recordEvent}. Each is also a line of the log, once they have committed. */
export async function recordEvents(tx: Tx, events: AuditEvent[]): Promise<void> {
  const rows = events.map(({ request, ...event }) => ({ ...event, id: uuidv7(), ip: request.ip, userAgent: request.userAgent }))
  await tx.auditEvent.createMany({ data: rows })
  onCommit(tx, () => rows.forEach(logRow))
}

/** Writes down that someone tried to sign in by an address that nobody has: a line of the log, for there is no trail of theirs. */
export function logStranger({ ip }: RequestInfo): void {
  log().warn({ kind: 'session.refused' satisfies AuditKind, actor: null, ip }, 'recorded')
}

type Row = Omit<AuditEvent, 'request'> & { id: string; ip: string | null; accountId?: string; userId?: string }

/** Ids and an address alone: names, emails and what a browser says of itself are found by the event's id, by who may read them. */
function logRow({ id, kind, accountId, userId, actorId, targetId, ip }: Row): void {
  const line = { kind, event: id, account: accountId, person: userId, actor: actorId, target: targetId, ip }
  if (kind === 'session.refused') log().warn(line, 'recorded')
  else log().info(line, 'recorded')
}
