import 'server-only'
import type { Tx } from '@/lib/platform/db'

/**
 * Some events of the trail of an account or a person, oldest first, with all that is told of them: for whoever takes
 * along what is theirs.
 * @param owner whose door `tx` stands in
 * @param page how many, and after which event's id
 */
export function readTrail(tx: Tx, owner: { accountId: string } | { userId: string }, { after, take }: { after: string; take: number }) {
  const trailId = 'accountId' in owner ? owner.accountId : owner.userId
  return tx.auditEvent.findMany({
    where: { trailId, ...owner, id: { gt: after } }, // the trail leads the key, so that a batch is one walk along it
    select: {
      id: true,
      kind: true,
      actorId: true,
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
