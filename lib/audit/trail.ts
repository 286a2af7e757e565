import 'server-only'
import type { Tx } from '@/lib/platform/db'

/**
 * Reads a batch of events of the audit trail of an account or a user, oldest first, with every column for an export.
 * @param owner the account or user in the tenant context of `tx`
 * @param page the number of events, and the id of the event before the batch
 */
export function readTrail(tx: Tx, owner: { accountId: string } | { userId: string }, { after, take }: { after: string; take: number }) {
  const trailId = 'accountId' in owner ? owner.accountId : owner.userId
  return tx.auditEvent.findMany({
    where: { trailId, ...owner, id: { gt: after } }, // the primary key begins with the trail
    select: {
      id: true,
      kind: true,
      actorId: true,
      actorEmail: true,
      actorName: true,
      target: true,
      targetId: true,
      details: true,
      ip: true,
      userAgent: true,
      createdAt: true,
    },
    orderBy: { id: 'asc' },
    take,
  })
}
