// Verifies one audit trail against its hash chain.
import { CHAIN_START, hashOf, selectHashed } from './chain.mjs'

const ROWS_PER_BATCH = 1_000
/** Events are appended within a minute. A younger event may be waiting for a worker that restarts, so it is not a fault. */
const PENDING_MINUTES = 5
const FAULTS_SHOWN = 20

/**
 * @typedef {{ id: string, account_id: string | null, user_id: string | null }} Trail
 * @typedef {{ trail: string, position: string, hash: string }} Head the last entry of a chain; position 0 if the chain is empty
 */

/**
 * Verifies a trail from the first entry of its chain to the last, in one snapshot.
 * @param {import('pg').Client} client of a role that can read the tables; row-level security may apply to it
 * @param {Trail} trail
 * @param {Head} [earlier] its last entry at an earlier time
 * @param {string} [asOf] the time of the rows, if they are restored from a backup; now if omitted
 * @returns {Promise<{ head: Head, events: number, faults: string[] }>} at most twenty faults, then a line with the number of others
 */
export async function verifyTrail(client, trail, earlier, asOf) {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await client.query("SELECT set_config('app.account_id', $1, true), set_config('app.user_id', $2, true)", [
      trail.account_id ?? '',
      trail.user_id ?? '',
    ])
    /** @type {string[]} */
    const faults = []
    const { head, events } = await walkChain(client, trail.id, earlier, faults)
    await findUnchained(client, trail.id, asOf, faults)
    const more = faults.length - FAULTS_SHOWN
    return { head, events, faults: more > 0 ? [...faults.slice(0, FAULTS_SHOWN), `and ${more} more`] : faults }
  } finally {
    await client.query('ROLLBACK')
  }
}

/**
 * @param {import('pg').Client} client @param {string} id @param {Head | undefined} earlier @param {string[]} faults
 * @returns {Promise<{ head: Head, events: number }>}
 */
async function walkChain(client, id, earlier, faults) {
  let head = { position: 0n, hash: CHAIN_START }
  let events = 0
  let entries
  do {
    entries = await readEntries(client, id, head.position)
    for (const entry of entries) {
      faults.push(...faultsOf(entry, head))
      const differs = earlier?.position === entry.position && earlier.hash !== entry.hash.toString('hex')
      if (differs) faults.push(`position ${entry.position}: the entry differs from the file of heads`)
      head = { position: BigInt(entry.position), hash: entry.hash } // the stored hash, so that a fault is reported only once
      events += 1
    }
  } while (entries.length === ROWS_PER_BATCH)
  if (earlier && BigInt(earlier.position) > head.position)
    faults.push(`its end is cut off: the file of heads has position ${earlier.position}, and the last entry is ${head.position}`)
  return { head: { trail: id, position: String(head.position), hash: head.hash.toString('hex') }, events }
}

/** @param {Entry} entry @param {{ position: bigint, hash: Buffer }} previous @returns {string[]} */
function faultsOf(entry, previous) {
  const faults = []
  if (BigInt(entry.position) !== previous.position + 1n)
    faults.push(`entries are missing between position ${previous.position} and ${entry.position}`)
  if (entry.id === null) faults.push(`position ${entry.position}: its event ${entry.event_id} is missing`)
  else if (!hashOf(previous.hash, entry).equals(entry.hash))
    faults.push(`position ${entry.position}: the event ${entry.event_id}, its entry, or its position was changed`)
  return faults
}

/**
 * @typedef {import('./chain.mjs').HashedEvent & { position: string, event_id: string, hash: Buffer }} Entry
 * @param {import('pg').Client} client @param {string} id @param {bigint} after
 * @returns {Promise<Entry[]>} each with its event; the event's columns are null if it is missing
 */
async function readEntries(client, id, after) {
  const { rows } = await client.query(
    `SELECT entry.position::text AS position, entry.event_id::text AS event_id, entry.hash, ${selectHashed('event')}
       FROM audit_chain AS entry LEFT JOIN audit_events AS event ON event.trail_id = entry.trail_id AND event.id = entry.event_id
      WHERE entry.trail_id = $1 AND entry.position > $2 ORDER BY entry.position LIMIT ${ROWS_PER_BATCH}`,
    [id, String(after)],
  )
  return rows
}

/** @param {import('pg').Client} client @param {string} id @param {string | undefined} asOf @param {string[]} faults */
async function findUnchained(client, id, asOf, faults) {
  const { rows: missing } = await client.query(
    `SELECT id FROM audit_events AS event WHERE trail_id = $1 AND created_at < COALESCE($2::timestamptz, now()) - ${PENDING_MINUTES} * interval '1 minute'
        AND NOT EXISTS (SELECT FROM audit_chain WHERE trail_id = event.trail_id AND event_id = event.id) ORDER BY created_at, id`,
    [id, asOf ?? null],
  )
  for (const event of missing) faults.push(`the event ${event.id} is older than ${PENDING_MINUTES} minutes and not in the chain`)
  const { rows: gone } = await client.query(
    `SELECT event_id FROM audit_pending AS pending WHERE trail_id = $1
        AND NOT EXISTS (SELECT FROM audit_events WHERE trail_id = pending.trail_id AND id = pending.event_id) ORDER BY event_id`,
    [id],
  )
  for (const { event_id } of gone) faults.push(`the event ${event_id} was deleted before it joined the chain`)
}
