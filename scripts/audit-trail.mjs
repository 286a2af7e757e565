// Holds one trail against its seals, and says what is not as it was sealed.
import { CHAIN_START, hashOf, sealedColumns } from '../lib/audit/chain.mjs'

const ROWS_A_BATCH = 1_000
/** Sealing is due within a minute. What is younger than this may be waiting for a worker that was just restarted. */
const UNSEALED_MINUTES = 5
const FAULTS_SHOWN = 20

/**
 * @typedef {{ id: string, account_id: string | null, user_id: string | null }} Trail
 * @typedef {{ trail: string, position: string, hash: string }} Head the last seal of a trail; position 0 when there is none
 */

/**
 * Holds a trail against its seals, from the first to the last, as it is at one moment.
 * @param {import('pg').Client} client signed in as a role that may read the tables; row-level security may bind it
 * @param {Trail} trail
 * @param {Head} [earlier] what its last seal once was
 * @returns {Promise<{ head: Head, events: number, faults: string[] }>} at most twenty faults, and how many more there are
 */
export async function verifyTrail(client, trail, earlier) {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await client.query("SELECT set_config('app.account_id', $1, true), set_config('app.user_id', $2, true)", [
      trail.account_id ?? '',
      trail.user_id ?? '',
    ])
    /** @type {string[]} */
    const faults = []
    const { head, events } = await walkSeals(client, trail.id, earlier, faults)
    await findUnsealed(client, trail.id, faults)
    const more = faults.length - FAULTS_SHOWN
    return { head, events, faults: more > 0 ? [...faults.slice(0, FAULTS_SHOWN), `and ${more} more of the kind`] : faults }
  } finally {
    await client.query('ROLLBACK')
  }
}

/**
 * @param {import('pg').Client} client @param {string} id @param {Head | undefined} earlier @param {string[]} faults
 * @returns {Promise<{ head: Head, events: number }>}
 */
async function walkSeals(client, id, earlier, faults) {
  let head = { position: 0n, hash: CHAIN_START }
  let events = 0
  let seals
  do {
    seals = await readSeals(client, id, head.position)
    for (const seal of seals) {
      faults.push(...faultsOf(seal, head))
      const isAsBefore = earlier?.position !== seal.position || earlier.hash === seal.hash.toString('hex')
      if (!isAsBefore) faults.push(`position ${seal.position}: the seal is another than in the file of heads`)
      head = { position: BigInt(seal.position), hash: seal.hash } // the next is held against what is there, so that each fault is told where it is
      events += 1
    }
  } while (seals.length === ROWS_A_BATCH)
  if (earlier && BigInt(earlier.position) > head.position)
    faults.push(`its end is cut off: the file of heads knows position ${earlier.position}, and the last seal is ${head.position}`)
  return { head: { trail: id, position: String(head.position), hash: head.hash.toString('hex') }, events }
}

/** @param {Seal} seal @param {{ position: bigint, hash: Buffer }} previous @returns {string[]} */
function faultsOf(seal, previous) {
  const faults = []
  if (BigInt(seal.position) !== previous.position + 1n)
    faults.push(`seals are missing between position ${previous.position} and ${seal.position}`)
  if (seal.id === null) faults.push(`position ${seal.position}: its event ${seal.event_id} is gone`)
  else if (!hashOf(previous.hash, seal).equals(seal.hash))
    faults.push(`position ${seal.position}: the event ${seal.event_id}, its seal or its place is not what it was`)
  return faults
}

/**
 * @typedef {import('../lib/audit/chain.mjs').SealedEvent & { position: string, event_id: string, hash: Buffer }} Seal
 * @param {import('pg').Client} client @param {string} id @param {bigint} after
 * @returns {Promise<Seal[]>} each with its event, whose columns are null when it is gone
 */
async function readSeals(client, id, after) {
  const { rows } = await client.query(
    `SELECT seal.position::text AS position, seal.event_id::text AS event_id, seal.hash, ${sealedColumns('event')}
       FROM audit_chain AS seal LEFT JOIN audit_events AS event ON event.trail_id = seal.trail_id AND event.id = seal.event_id
      WHERE seal.trail_id = $1 AND seal.position > $2 ORDER BY seal.position LIMIT ${ROWS_A_BATCH}`,
    [id, String(after)],
  )
  return rows
}

/** @param {import('pg').Client} client @param {string} id @param {string[]} faults */
async function findUnsealed(client, id, faults) {
  const { rows: unsealed } = await client.query(
    `SELECT id FROM audit_events AS event WHERE trail_id = $1 AND created_at < now() - ${UNSEALED_MINUTES} * interval '1 minute'
        AND NOT EXISTS (SELECT FROM audit_chain WHERE trail_id = event.trail_id AND event_id = event.id) ORDER BY created_at, id`,
    [id],
  )
  for (const event of unsealed) faults.push(`the event ${event.id} is older than ${UNSEALED_MINUTES} minutes and was never sealed`)
  const { rows: gone } = await client.query(
    `SELECT event_id FROM audit_pending AS pending WHERE trail_id = $1
        AND NOT EXISTS (SELECT FROM audit_events WHERE trail_id = pending.trail_id AND id = pending.event_id) ORDER BY event_id`,
    [id],
  )
  for (const { event_id } of gone) faults.push(`the event ${event_id} went before it was sealed`)
}
