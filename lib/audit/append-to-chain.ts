import 'server-only'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, type Tx, withAccount, withUser } from '@/lib/platform/db'
import { CHAIN_START, hashOf, type SealedEvent, sealedColumns } from './chain.mjs'

const TRAILS_A_LOOK = 500
// A page's patience is enough for these, and a long backlog goes in as many transactions as it takes.
const EVENTS_A_BATCH = 500

type Trail = { id: string; accountId: string | null; userId: string | null }

/**
 * Seals what is not sealed yet, in every trail: each event into a chain behind the last. It runs apart from the writing,
 * so that no sign-in waits for another to be chained. Two at once do no harm: a trail that one is at, the other passes by.
 * @throws AggregateError when a trail could not be sealed; the others are
 */
export async function appendPendingEvents(): Promise<void> {
  const failures: unknown[] = []
  let after = FIRST_ID
  for (let isLast = false; !isLast; ) {
    const trails = await trailsWithPending(after)
    for (const trail of trails) await appendTrail(trail).catch((error: unknown) => failures.push(error))
    after = trails.at(-1)?.id ?? after
    isLast = trails.length < TRAILS_A_LOOK
  }
  if (failures.length) throw new AggregateError(failures, `${failures.length} trails could not be sealed`)
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

function trailsWithPending(after: string): Promise<Trail[]> {
  return database().$queryRaw<Trail[]>`
    SELECT id, account_id AS "accountId", user_id AS "userId" FROM audit_trails
     WHERE id > ${after}::uuid AND EXISTS (SELECT FROM audit_pending WHERE trail_id = id)
     ORDER BY id LIMIT ${TRAILS_A_LOOK}`
}

async function appendTrail(trail: Trail): Promise<void> {
  for (let sealed = EVENTS_A_BATCH; sealed === EVENTS_A_BATCH; ) sealed = await appendBatch(trail)
}

/** @returns how many it sealed; none when another is at this trail */
function appendBatch(trail: Trail): Promise<number> {
  const seal = (tx: Tx) => appendToChain(tx, trail)
  return trail.accountId ? withAccount(trail.accountId, seal) : withUser(trail.id, seal)
}

async function appendToChain(tx: Tx, { id, accountId, userId }: Trail): Promise<number> {
  const [lock] = await tx.$queryRaw<
    { isOurs: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(hashtextextended(${`seal ${id}`}, 0)) AS "isOurs"`
  if (!lock?.isOurs) return 0
  const [last] = await tx.$queryRaw<{ position: bigint; hash: Uint8Array }[]>`
    SELECT position, hash FROM audit_chain WHERE trail_id = ${id}::uuid ORDER BY position DESC LIMIT 1`
  // An event that is gone stays pending, where it is found to be missing.
  const events = await tx.$queryRaw<SealedEvent[]>`
    SELECT ${Prisma.raw(sealedColumns('event'))}
      FROM audit_pending AS pending JOIN audit_events AS event ON event.trail_id = pending.trail_id AND event.id = pending.event_id
     WHERE pending.trail_id = ${id}::uuid ORDER BY event.created_at, event.id LIMIT ${EVENTS_A_BATCH}`
  if (!events.length) return 0
  let hash: Uint8Array = last?.hash ?? CHAIN_START
  let position = last?.position ?? 0n
  const seals = events.map((event) => {
    hash = hashOf(hash, event)
    position += 1n
    return { accountId, userId, position, eventId: String(event.id), hash: new Uint8Array(hash) }
  })
  await tx.auditChainEntry.createMany({ data: seals })
  await tx.$executeRaw`DELETE FROM audit_pending WHERE trail_id = ${id}::uuid AND event_id = ANY (${events.map((event) => event.id)}::uuid[])`
  return events.length
}
