// Restores a backup into an empty database.

import { connect } from '../../scripts/connect.mjs'
import { migrate, readMigrations } from '../../scripts/migrate.mjs'
import { CliError } from '../platform/cli.mjs'
import { readBackup } from './backup.mjs'
import { insertRows, listMigrations, listTables, prepareSession, readRows, TableHash } from './tables.mjs'

const RESTORE_LOCK = 4_872_003

/** @typedef {import('./backup.mjs').Head} Head @typedef {import('./backup.mjs').Count} Count @typedef {import('./tables.mjs').Table} Table */

/**
 * Migrates an empty database and restores a backup into it, in one transaction, and compares every table with the backup.
 * @param {{ ownerUrl: string, runtimeUrl?: string | undefined }} urls the owner of the empty database
 * @param {string} file @param {Buffer[]} keys
 * @returns {Promise<{ head: Head, counts: Count[] }>}
 * @throws {CliError} if the database has users, the backup is of another release, or it is damaged
 */
export async function restoreBackup({ ownerUrl, runtimeUrl }, file, keys) {
  const head = await readHead(file, keys)
  refuseOtherRelease(head)
  const client = await connect(ownerUrl)
  try {
    await prepareSession(client)
    await client.query('SELECT pg_advisory_lock($1)', [RESTORE_LOCK]) // another restore waits, and then finds the users of this one
    await migrate(runtimeUrl ? { ownerUrl, runtimeUrl } : { ownerUrl })
    await refuseOtherMigrations(client, head)
    await client.query('BEGIN')
    const tables = await emptyTables(client)
    await suspendRules(client, tables)
    const counts = await fill(client, tables, file, keys)
    await resumeRules(client, tables)
    await client.query('COMMIT')
    return { head, counts }
  } finally {
    await client.end()
  }
}

/** @param {string} file @param {Buffer[]} keys @returns {Promise<Head>} */
async function readHead(file, keys) {
  const found = new Error()
  let head
  try {
    await readBackup(file, keys, {
      head: (read) => {
        head = read
        throw found
      },
      rows: async () => undefined,
    })
  } catch (error) {
    if (error !== found) throw error
  }
  return /** @type {Head} */ (/** @type {unknown} */ (head))
}

/** @param {Head} head */
function refuseOtherRelease({ migrations }) {
  const ours = readMigrations().migrationDirectories.map(({ path }) => path)
  const theirs = migrations.filter((name) => !name.startsWith('graphile_worker '))
  const [later] = ours.filter((name) => !theirs.includes(name))
  const [unknown] = theirs.filter((name) => !ours.includes(name))
  if (unknown) throw new CliError(`The backup is of a later release: it has the migration ${unknown}. Restore it with that release.`)
  if (later)
    throw new CliError(
      `The backup is of an earlier release: it lacks the migration ${later}. Restore it with that release, and then run this release's npm run db:migrate.`,
    )
}

/**
 * Refuses a database whose migrations differ from those of the backup.
 * @param {import('pg').Client} client @param {Head} head
 */
export async function refuseOtherMigrations(client, { migrations }) {
  const ours = await listMigrations(client)
  const difference = [...ours.filter((name) => !migrations.includes(name)), ...migrations.filter((name) => !ours.includes(name))]
  if (difference.length)
    throw new CliError(
      `The backup and the database have different migrations: ${difference.join(', ')}. Restore the backup with its own release into an empty database, migrate that, and back it up again.`,
    )
}

/** @param {import('pg').Client} client @returns {Promise<Table[]>} */
async function emptyTables(client) {
  await client.query('LOCK TABLE users') // no one registers before it is filled
  const { rows } = await client.query('SELECT EXISTS (SELECT FROM users) AS "hasUsers"')
  if (rows[0].hasUsers)
    throw new CliError('The database has users, and db:restore writes only into an empty one. Create a database, and name it: --to URL')
  const tables = await listTables(client)
  await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`)
  return tables
}

/**
 * Lets the owner write rows of every account, in any order and without triggers, until the end of the transaction.
 * @param {import('pg').Client} client @param {Table[]} tables
 */
async function suspendRules(client, tables) {
  for (const { name } of tables) {
    await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`)
    if (name.startsWith('public.')) await client.query(`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`)
  }
  for (const { table, key } of await listForeignKeys(client))
    await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${key} DEFERRABLE INITIALLY DEFERRED`)
}

/** @param {import('pg').Client} client @param {Table[]} tables */
async function resumeRules(client, tables) {
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
  for (const { table, key } of await listForeignKeys(client))
    await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${key} NOT DEFERRABLE`)
  const secured = await client.query(
    `SELECT relname::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity`,
  )
  for (const { name } of secured.rows) await client.query(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`)
  for (const { name } of tables) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`)
}

/** @param {import('pg').Client} client */
async function listForeignKeys(client) {
  const { rows } = await client.query(
    `SELECT conrelid::regclass::text AS table, quote_ident(conname) AS key FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  )
  return rows
}

/** @param {import('pg').Client} client @param {Table[]} tables @param {string} file @param {Buffer[]} keys */
async function fill(client, tables, file, keys) {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const tableOf = (/** @type {string} */ name) => {
    const table = byName.get(name)
    if (!table) throw new CliError(`The backup has the table ${name}, which this release does not have.`)
    return table
  }
  const counts = await readBackup(file, keys, {
    head: async () => undefined,
    rows: (name, lines) => insertRows(client, tableOf(name), lines),
  })
  for (const { table, rows, sha256 } of counts) {
    const restored = await hashTable(client, tableOf(table))
    if (restored.rows !== rows || restored.sha256 !== sha256)
      throw new CliError(`The table ${table} differs from the backup: ${restored.rows} rows instead of ${rows}. Nothing was restored.`)
  }
  for (const { name, identity } of tables)
    if (identity)
      await client.query(`SELECT setval($1, (SELECT COALESCE(max(${identity.column}), 0) + 1 FROM ${name}), false)`, [identity.sequence])
  await client.query('UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_at IS NOT NULL')
  await client.query('UPDATE graphile_worker._private_job_queues SET locked_at = NULL, locked_by = NULL WHERE locked_at IS NOT NULL')
  return counts
}

/**
 * Counts and hashes the rows of a table. It needs a transaction.
 * @param {import('pg').Client} client @param {Table} table @param {string} [condition] SQL
 */
export async function hashTable(client, table, condition) {
  const hash = new TableHash()
  for await (const line of readRows(client, table, condition)) hash.add(line)
  return hash.digest()
}
