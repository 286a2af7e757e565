// npm run audit:verify: verifies every audit trail against its hash chain. `--heads FILE` saves the last entry of each
// chain, to be stored out of the database's reach. `--since FILE` also compares the chains with such a file.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { verifyTrail } from './audit-trail.mjs'
import { CliError, runScript, say } from './cli.mjs'
import { withDatabase } from './database.mjs'
import { loadEnv } from './setup.mjs'

const ROWS_PER_BATCH = 1_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * @typedef {import('./audit-trail.mjs').Trail} Trail
 * @typedef {import('./audit-trail.mjs').Head} Head
 */

/**
 * Verifies every audit trail against its hash chain.
 * @param {string} url of the owner role, or of a role that bypasses row-level security
 * @param {{ heads?: string, since?: string }} [files] where to write the last entries, and where to read earlier ones
 * @returns {Promise<boolean>} whether all trails are unchanged; if not, each fault is printed, and no heads are written
 * @throws {CliError} if the database does not answer, or a file cannot be read
 */
export async function verifyTrails(url, { heads, since } = {}) {
  const earlier = since ? readHeads(since) : new Map()
  const client = await connect(url)
  /** @type {Head[]} */
  const last = []
  const totals = { events: 0, faults: 0 }
  try {
    for await (const trail of trailsOf(client)) {
      const { head, events, faults } = await verifyTrail(client, trail, earlier.get(trail.id))
      for (const fault of faults) say(`${nameOf(trail)}: ${fault}`)
      last.push(head)
      totals.events += events
      totals.faults += faults.length
      earlier.delete(trail.id)
    }
    totals.faults += (await reportMissing(client)) + (await reportDeleted(client, [...earlier.values()]))
  } finally {
    await client.end()
  }
  say(`Verified ${last.length} trails with ${totals.events} events: ${totals.faults ? 'CHANGED.' : 'unchanged.'}`)
  if (!since)
    say(
      'The database alone cannot show whether the end of a trail was cut off, or a whole chain rebuilt. Keep a file of heads elsewhere (--heads FILE) and compare later runs with it (--since FILE).',
    )
  if (heads) {
    if (totals.faults) say(`${heads} is not written, because some trails were changed.`)
    else writeHeads(heads, last)
  }
  return !totals.faults
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
 * @param {import('pg').Client} client
 * @returns {Promise<number>} the number of missing trails
 */
async function reportMissing(client) {
  const accounts = new Set()
  let faults = 0
  const select = 'SELECT id, EXISTS (SELECT FROM audit_trails WHERE user_id = users.id) AS "hasTrail" FROM users'
  for await (const { id, hasTrail } of /** @type {AsyncGenerator<{ id: string, hasTrail: boolean }>} */ (rowsOf(client, select))) {
    if (!hasTrail) say(`user ${id}: has no trail`)
    faults += Number(!hasTrail)
    await client.query("SELECT set_config('app.user_id', $1, false)", [id])
    const { rows } = await client.query(
      'SELECT account_id FROM memberships WHERE user_id = $1 AND NOT EXISTS (SELECT FROM audit_trails WHERE audit_trails.account_id = memberships.account_id)',
      [id],
    )
    for (const { account_id } of rows) accounts.add(account_id)
  }
  for (const id of accounts) say(`account ${id}: has no trail`)
  return faults + accounts.size
}

/**
 * Reports trails that were deleted although their account or user still exists.
 * @param {import('pg').Client} client @param {Head[]} deleted the trails of the file of heads that no longer exist
 * @returns {Promise<number>} the number of faults
 */
async function reportDeleted(client, deleted) {
  let faults = 0
  for (const { trail } of deleted) {
    await client.query("SELECT set_config('app.account_id', $1, false)", [trail])
    const { rowCount } = await client.query('SELECT FROM accounts WHERE id = $1 UNION ALL SELECT FROM users WHERE id = $1', [trail])
    if (!rowCount) continue
    say(`trail ${trail}: it is in the file of heads and missing, though its account or user exists`)
    faults += 1
  }
  const erased = deleted.length - faults
  if (erased)
    say(`${erased} trails of the file of heads were deleted with their account or user. Check that these were meant to be erased.`)
  return faults
}

/** @param {Trail} trail */
function nameOf({ account_id, user_id }) {
  return account_id ? `account ${account_id}` : `user ${user_id}`
}

/** @param {string} file @returns {Map<string, Head>} */
function readHeads(file) {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    return new Map(lines.map((line) => JSON.parse(line)).map((head) => [head.trail, head]))
  } catch (error) {
    throw new CliError(`The file of heads ${file} cannot be read: ${/** @type {Error} */ (error).message}`)
  }
}

/** Writes the file atomically, so that an interruption does not damage an existing one. @param {string} file @param {Head[]} heads */
function writeHeads(file, heads) {
  writeFileSync(`${file}.new`, heads.map((head) => `${JSON.stringify(head)}\n`).join(''), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  say(`The last entry of each chain is in ${file}. Store it where an attacker with access to the database cannot change it.`)
}

/** @param {string} url */
async function connect(url) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new CliError(`The database does not answer: ${/** @type {Error} */ (error).message}`)
  }
}

async function main() {
  loadEnv()
  const { values } = parseArgs({ options: { heads: { type: 'string' }, since: { type: 'string' } } })
  return withDatabase(async ({ ownerUrl }) => {
    if (!ownerUrl)
      throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables reads every trail.')
    return (await verifyTrails(ownerUrl, values)) ? 0 : 1
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(main)
