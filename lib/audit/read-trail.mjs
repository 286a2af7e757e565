// Reads audit trails as the owner role. Plain JavaScript, for cli/export.mjs.
import { selectHashed } from './chain.mjs'

const ROWS_PER_BATCH = 1_000

/** The trail of the operator. `operator_trail_id()` in SQL returns the same id. */
export const OPERATOR_TRAIL = '00000000-0000-8000-8000-000000000001'

/** The kinds of events whose target is the name of the account. */
const NAMING = ['user.registered', 'account.created', 'account.renamed', 'account.deleted']

/**
 * Lists the trails of erased accounts, with the last name of each, the most recently erased first.
 * @param {import('pg').Client} client of the owner role
 * @returns {Promise<{ id: string, retainedSince: Date, name: string | undefined }[]>}
 */
export async function listRetainedTrails(client) {
  const { rows } = await client.query(
    'SELECT id, retained_since FROM audit_trails WHERE retained_since IS NOT NULL ORDER BY retained_since DESC, id',
  )
  const trails = []
  for (const { id, retained_since: retainedSince } of rows) {
    await setContext(client, id, '')
    const { rows: named } = await client.query(
      'SELECT target FROM audit_events WHERE trail_id = $1 AND kind = ANY ($2) ORDER BY created_at DESC, id DESC LIMIT 1',
      [id, NAMING],
    )
    trails.push({ id, retainedSince, name: named[0]?.target })
  }
  return trails
}

/**
 * Reads the events of a trail in the order of its chain, then those that are not in it yet.
 * @param {import('pg').Client} client of the owner role
 * @param {import('./verify-trail.mjs').Trail} trail
 * @returns {AsyncGenerator<Record<string, string | null>>} the columns of each event, with its `position` and `hash` in the chain
 */
export async function* readTrail(client, { id, account_id, user_id }) {
  await setContext(client, account_id ?? '', user_id ?? '')
  let offset = 0
  let rows
  do {
    ;({ rows } = await client.query(
      `SELECT entry.position::text AS position, encode(entry.hash, 'hex') AS hash, ${selectHashed('event')}
         FROM audit_events AS event LEFT JOIN audit_chain AS entry ON entry.trail_id = event.trail_id AND entry.event_id = event.id
        WHERE event.trail_id = $1 ORDER BY entry.position, event.created_at, event.id LIMIT ${ROWS_PER_BATCH} OFFSET $2`,
      [id, offset],
    ))
    yield* rows
    offset += rows.length
  } while (rows.length === ROWS_PER_BATCH)
}

/** @param {import('pg').Client} client @param {string} accountId @param {string} userId */
async function setContext(client, accountId, userId) {
  await client.query("SELECT set_config('app.account_id', $1, false), set_config('app.user_id', $2, false)", [accountId, userId])
}
