// npm run audit:verify: holds every trail against its seals. `--heads FILE` keeps the last seal of each, to be stored out
// of the database's reach; `--since FILE` also holds the trails against such a file of an earlier day.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { verifyTrail } from './audit-trail.mjs'
import { CliError, runScript, say } from './cli.mjs'
import { DATA_DIR, loadEnv, readDevNote } from './setup.mjs'

const ROWS_A_BATCH = 1_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * @typedef {import('./audit-trail.mjs').Trail} Trail
 * @typedef {import('./audit-trail.mjs').Head} Head
 */

/**
 * Holds every trail against its seals.
 * @param {string} url of the owner role, which row-level security binds, or of one that sees everything
 * @param {{ heads?: string, since?: string }} [files] where to write the last seals, and where to read earlier ones
 * @returns {Promise<boolean>} whether all is as it was sealed; if not, it was said what is not and where, and no heads are written
 * @throws {CliError} when the database does not answer, or a file cannot be read
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
    totals.faults += (await judgeMissing(client)) + (await judgeGone(client, [...earlier.values()]))
  } finally {
    await client.end()
  }
  say(
    `${last.length} trails and ${totals.events} sealed events looked at: ${totals.faults ? 'NOT as they were sealed.' : 'as they were sealed.'}`,
  )
  if (!since)
    say(
      'From inside the database nobody can tell whether the end of a trail was cut off, or all of it sealed anew. Keep a file of heads elsewhere (--heads FILE) and hold later runs against it (--since FILE).',
    )
  if (heads) {
    if (totals.faults) say(`${heads} is not written: heads are kept only of trails that are as they were sealed.`)
    else writeHeads(heads, last)
  }
  return !totals.faults
}

/** @param {import('pg').Client} client @returns {AsyncGenerator<Trail>} */
function trailsOf(client) {
  return rowsOf(client, 'SELECT id, account_id, user_id FROM audit_trails')
}

/**
 * The rows of a query, in the order of their ids.
 * @template {{ id: string }} Row
 * @param {import('pg').Client} client @param {string} select up to its condition
 * @returns {AsyncGenerator<Row>}
 */
async function* rowsOf(client, select) {
  let after = FIRST_ID
  /** @type {Row[]} */
  let rows
  do {
    ;({ rows } = await client.query(`${select} WHERE id > $1 ORDER BY id LIMIT ${ROWS_A_BATCH}`, [after]))
    yield* rows
    after = rows.at(-1)?.id ?? after
  } while (rows.length === ROWS_A_BATCH)
}

/**
 * Everybody has a trail from their first moment, and so has every account. The accounts are asked for through those who
 * belong to them, for row-level security shows the role that verifies no others.
 * @param {import('pg').Client} client
 * @returns {Promise<number>} how many have none
 */
async function judgeMissing(client) {
  const accounts = new Set()
  let faults = 0
  const select = 'SELECT id, EXISTS (SELECT FROM audit_trails WHERE user_id = users.id) AS "hasTrail" FROM users'
  for await (const { id, hasTrail } of /** @type {AsyncGenerator<{ id: string, hasTrail: boolean }>} */ (rowsOf(client, select))) {
    if (!hasTrail) say(`person ${id}: has no trail`)
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
 * A trail goes with its account or its person, and may not go otherwise.
 * @param {import('pg').Client} client @param {Head[]} gone
 * @returns {Promise<number>} how many went otherwise
 */
async function judgeGone(client, gone) {
  let faults = 0
  for (const { trail } of gone) {
    await client.query("SELECT set_config('app.account_id', $1, false)", [trail])
    const { rowCount } = await client.query('SELECT FROM accounts WHERE id = $1 UNION ALL SELECT FROM users WHERE id = $1', [trail])
    if (!rowCount) continue
    say(`trail ${trail}: it is in the file of heads and no longer among the trails, though its account or person is there`)
    faults += 1
  }
  const erased = gone.length - faults
  if (erased)
    say(`${erased} trails of the file of heads are gone with their account or person. Hold that against what you know was erased.`)
  return faults
}

/** @param {Trail} trail */
function nameOf({ account_id, user_id }) {
  return account_id ? `account ${account_id}` : `person ${user_id}`
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

/** Beside it first, so that what is there stays whole if this is cut short. @param {string} file @param {Head[]} heads */
function writeHeads(file, heads) {
  writeFileSync(`${file}.new`, heads.map((head) => `${JSON.stringify(head)}\n`).join(''), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  say(`The last seal of each is in ${file}. Keep it where nobody who can write to the database can write to it.`)
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
  const given = process.env.DATABASE_OWNER_URL || (process.env.DATABASE_URL ? undefined : readDevNote()?.ownerUrl)
  if (given) return (await verifyTrails(given, values)) ? 0 : 1
  if (process.env.DATABASE_URL)
    throw new CliError('DATABASE_URL is set but DATABASE_OWNER_URL is not: the trails are read as the role that owns the tables.')
  const { startPostgres } = await import('./postgres.mjs')
  const postgres = await startPostgres(DATA_DIR)
  try {
    return (await verifyTrails(postgres.url('owner'), values)) ? 0 : 1
  } finally {
    await postgres.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(main)
