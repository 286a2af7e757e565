// Verifies every audit trail against its hash chain. Plain JavaScript, for cli/verify.mjs.
import { verifyTrail } from './verify-trail.mjs'

const ROWS_PER_BATCH = 1_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * @typedef {import('./verify-trail.mjs').Trail} Trail
 * @typedef {import('./verify-trail.mjs').Head} Head
 * @typedef {(line: string) => void} Report receives a sentence for each fault
 */

/**
 * Verifies every audit trail against its hash chain.
 * @param {import('pg').Client} client of the owner role, or of a role that bypasses row-level security
 * @param {Map<string, Head>} earlier the last entries of the chains at an earlier time, by trail
 * @param {Report} report
 * @param {string} [asOf] the time of the rows, if they are restored from a backup; now if omitted
 * @returns {Promise<{ heads: Head[], events: number, faults: number }>} the last entry of each chain, and how much was verified
 */
export async function verifyTrails(client, earlier, report, asOf) {
  const missing = new Map(earlier)
  /** @type {Head[]} */
  const heads = []
  const totals = { events: 0, faults: 0 }
  for await (const trail of trailsOf(client)) {
    const { head, events, faults } = await verifyTrail(client, trail, earlier.get(trail.id), asOf)
    for (const fault of faults) report(`${nameOf(trail)}: ${fault}`)
    heads.push(head)
    totals.events += events
    totals.faults += faults.length
    missing.delete(trail.id)
  }
  totals.faults += (await reportMissing(client, report)) + (await reportDeleted(client, [...missing.values()], report))
  return { heads, ...totals }
}

/** @param {import('pg').Client} client @returns {AsyncGenerator<Trail>} */
function trailsOf(client) {
  return rowsOf(client, 'SELECT id, account_id, user_id FROM audit_trails')
}

/**
 * Returns the rows of a query, in the order of their ids.
 * @template {{ id: string }} Row
 * @param {import('pg').Client} client @param {string} select without its condition
 * @returns {AsyncGenerator<Row>}
 */
async function* rowsOf(client, select) {
  let after = FIRST_ID
  /** @type {Row[]} */
  let rows
  do {
    ;({ rows } = await client.query(`${select} WHERE id > $1 ORDER BY id LIMIT ${ROWS_PER_BATCH}`, [after]))
    yield* rows
    after = rows.at(-1)?.id ?? after
  } while (rows.length === ROWS_PER_BATCH)
}

/**
 * Reports users and accounts without a trail. It finds accounts through their members, because row-level security hides
 * the others from the role that verifies.
 * @param {import('pg').Client} client @param {Report} report
 * @returns {Promise<number>} the number of missing trails
 */
async function reportMissing(client, report) {
  const accounts = new Set()
  let faults = 0
  const select = 'SELECT id, EXISTS (SELECT FROM audit_trails WHERE user_id = users.id) AS "hasTrail" FROM users'
  for await (const { id, hasTrail } of /** @type {AsyncGenerator<{ id: string, hasTrail: boolean }>} */ (rowsOf(client, select))) {
    if (!hasTrail) report(`user ${id}: has no trail`)
    faults += Number(!hasTrail)
    await client.query("SELECT set_config('app.user_id', $1, false)", [id])
    const { rows } = await client.query(
      'SELECT account_id FROM memberships WHERE user_id = $1 AND NOT EXISTS (SELECT FROM audit_trails WHERE audit_trails.account_id = memberships.account_id)',
      [id],
    )
    for (const { account_id } of rows) accounts.add(account_id)
  }
  for (const id of accounts) report(`account ${id}: has no trail`)
  return faults + accounts.size
}

/**
 * Reports trails that were deleted although their account or user still exists.
 * @param {import('pg').Client} client @param {Head[]} deleted the trails of the file of heads that no longer exist
 * @param {Report} report
 * @returns {Promise<number>} the number of faults
 */
async function reportDeleted(client, deleted, report) {
  let faults = 0
  for (const { trail } of deleted) {
    await client.query("SELECT set_config('app.account_id', $1, false)", [trail])
    const { rowCount } = await client.query('SELECT FROM accounts WHERE id = $1 UNION ALL SELECT FROM users WHERE id = $1', [trail])
    if (!rowCount) continue
    report(`trail ${trail}: it is in the file of heads and missing, though its account or user exists`)
    faults += 1
  }
  const erased = deleted.length - faults
  if (erased)
    report(`${erased} trails of the file of heads were deleted with their account or user. Check that these were meant to be erased.`)
  return faults
}

/** @param {Trail} trail */
function nameOf({ account_id, user_id }) {
  return account_id ? `account ${account_id}` : `user ${user_id}`
}
