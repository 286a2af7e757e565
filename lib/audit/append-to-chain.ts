import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, type Tx, withAccount, withUser } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { CHAIN_START, HASHED_COLUMNS, type HashedEvent, hashOf, selectHashed } from './chain.mjs'

const TRAILS_PER_READ = 500
// A long backlog takes several transactions, so that none holds its locks for long.
const EVENTS_PER_BATCH = 500
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

const trailRow = z.object({ id: z.uuid(), accountId: z.uuid().nullable(), userId: z.uuid().nullable() })
type Trail = z.output<typeof trailRow>

/**
 * Appends the pending events of every trail to its hash chain. A job does this, so that recording an event never waits for
 * the previous event of the trail. Concurrent runs are safe: each skips a trail that the other has locked.
 * @throws AggregateError if a trail failed, after processing the others
 */
export async function appendPendingEvents(): Promise<void> {
  const failures: unknown[] = []
  let after = FIRST_ID
  for (let isLast = false; !isLast; ) {
    const trails = await trailsWithPending(after)
    for (const trail of trails) await appendTrail(trail).catch((error: unknown) => failures.push(error))
    after = trails.at(-1)?.id ?? after
    isLast = trails.length < TRAILS_PER_READ
  }
  if (failures.length) throw new AggregateError(failures, `Could not append to the chain of ${failures.length} audit trails`)
}

/**
 * Returns for how many seconds the oldest event has waited to be added to its chain, or 0. Its time is in its id, a UUID of
 * version 7. Events of the operator's commands have random ids, and are not counted.
 */
export async function secondsPending(): Promise<number> {
  const [pending] = await rows(
    database('job'),
    z.object({ seconds: z.number() }),
    Prisma.sql`
      SELECT coalesce(extract(epoch FROM now()) - min(('x' || left(translate(event_id::text, '-', ''), 12))::bit(48)::bigint) / 1000.0, 0)::float8 AS seconds
        FROM audit_pending WHERE substr(event_id::text, 15, 1) = '7'`,
  )
  return pending?.seconds ?? 0
}

function trailsWithPending(after: string): Promise<Trail[]> {
  return rows(
    database('job'),
    trailRow,
    Prisma.sql`
      SELECT id, account_id AS "accountId", user_id AS "userId" FROM audit_trails
       WHERE id > ${after}::uuid AND EXISTS (SELECT FROM audit_pending WHERE trail_id = id)
       ORDER BY id LIMIT ${TRAILS_PER_READ}`,
  )
}

async function appendTrail(trail: Trail): Promise<void> {
  for (let appended = EVENTS_PER_BATCH; appended === EVENTS_PER_BATCH; ) appended = await appendBatch(trail)
}

function appendBatch(trail: Trail): Promise<number> {
  const append = (tx: Tx) => appendToChain(tx, trail)
  return trail.accountId ? withAccount(trail.accountId, append, { pool: 'job' }) : withUser(trail.id, append, { pool: 'job' })
}

const lockRow = z.object({ acquired: z.boolean() })
const entryRow = z.object({ position: z.bigint(), hash: z.instanceof(Uint8Array) })
const eventRow = z.object(Object.fromEntries(HASHED_COLUMNS.map((column) => [column, z.string().nullable()]))) as unknown as z.ZodType<
  HashedEvent & { id: string }
>

/** Returns how many events were appended; 0 if another run has locked the trail. */
async function appendToChain(tx: Tx, { id, accountId, userId }: Trail): Promise<number> {
  const lockKey = Prisma.sql`hashtextextended(${`audit chain ${id}`}, 0)`
  const [lock] = await rows(tx, lockRow, Prisma.sql`SELECT pg_try_advisory_xact_lock(${lockKey}) AS acquired`)
  if (!lock?.acquired) return 0
  const [last] = await rows(
    tx,
    entryRow,
    Prisma.sql`SELECT position, hash FROM audit_chain WHERE trail_id = ${id}::uuid ORDER BY position DESC LIMIT 1`,
  )
  // An event that was deleted stays pending, and verification reports it.
  const events = await rows(
    tx,
    eventRow,
    Prisma.sql`
      SELECT ${Prisma.raw(selectHashed('event'))}
        FROM audit_pending AS pending JOIN audit_events AS event ON event.trail_id = pending.trail_id AND event.id = pending.event_id
       WHERE pending.trail_id = ${id}::uuid ORDER BY event.created_at, event.id LIMIT ${EVENTS_PER_BATCH}`,
  )
  if (!events.length) return 0
  let hash: Uint8Array = last?.hash ?? CHAIN_START
  let position = last?.position ?? 0n
  const entries = events.map((event) => {
    hash = hashOf(hash, event)
    position += 1n
    return { accountId, userId, position, eventId: event.id, hash: new Uint8Array(hash) }
  })
  await tx.auditChainEntry.createMany({ data: entries })
  await tx.$executeRaw`DELETE FROM audit_pending WHERE trail_id = ${id}::uuid AND event_id = ANY (${events.map((event) => event.id)}::uuid[])`
  return events.length
}
