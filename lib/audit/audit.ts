import 'server-only'
import type { Client } from '@/lib/client'
import type { Tx } from '@/lib/db'
import type { Prisma } from '@/lib/generated/prisma/client'

/** Everything that is written down, by the name it is written under. */
export type AuditKind =
  | 'account.created'
  | 'account.renamed'
  | 'account.deleted'
  | 'account.restored'
  | 'account.exported'
  | 'membership.role-changed'
  | 'membership.removed'
  | 'membership.left'
  | 'ownership.offered'
  | 'ownership.withdrawn'
  | 'ownership.declined'
  | 'ownership.accepted'
  | 'invitation.sent'
  | 'invitation.revoked'
  | 'invitation.accepted'
  | 'project.created'
  | 'project.renamed'
  | 'project.archived'
  | 'project.unarchived'
  | 'project.deleted'
  | 'user.registered'
  | 'user.profile-changed'
  | 'user.password-rehashed'
  | 'user.password-changed'
  | 'user.password-reset'
  | 'user.exported'
  | 'session.started'
  | 'session.ended'
  | 'session.refused'
  | 'session.proven'
  | 'sessions.ended'

export type AuditEvent = {
  kind: AuditKind
  /** who did it; null when nobody was signed in */
  actorId: string | null
  /** what it was done to, when that is not the trail's own account or person */
  target?: string
  details?: Prisma.InputJsonObject
  client: Client
} & ({ accountId: string } | { userId: string })

/**
 * Writes an event into the trail of an account (through that account's door) or of a person (through theirs), in the
 * transaction of its cause: they commit together or not at all (ASVS 16.2).
 */
export async function recordEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await recordEvents(tx, [event])
}

/** Several at once, as {@link recordEvent}. */
export async function recordEvents(tx: Tx, events: AuditEvent[]): Promise<void> {
  await tx.auditEvent.createMany({
    data: events.map(({ client, ...event }) => ({ ...event, ip: client.ip, userAgent: client.userAgent })),
  })
}
