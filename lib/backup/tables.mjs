// The tables of a backup, from the catalog, so that a new table is in the next backup.
import { createHash } from 'node:crypto'

const ROWS_PER_FETCH = 1_000

/**
 * @typedef {object} Table
 * @property {string} name with its schema, quoted as SQL needs it
 * @property {string[]} columns quoted; without generated ones, which the database computes
 * @property {string} order the ORDER BY of its primary key, the same on every server
 * @property {boolean} isTenant has row-level security and an account_id, or is `accounts`
 * @property {{ column: string, sequence: string } | null} identity
 */

/**
 * Lists the tables, without those that record migrations.
 * @param {import('pg').Client} client
 * @returns {Promise<Table[]>} `accounts` first, because a reader that looks for one account needs its id; then by name
 */
export async function listTables(client) {
  const { rows } = await client.query(`
    SELECT format('%I.%I', nspname, relname) AS name,
           ARRAY(SELECT quote_ident(attname) FROM pg_attribute
                  WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
           (SELECT string_agg(quote_ident(attname) || CASE WHEN attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END, ', ' ORDER BY place)
              FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (number, place) JOIN pg_attribute ON attrelid = indrelid AND attnum = number) AS "order",
           nspname = 'public' AND relrowsecurity AND (relname = 'accounts' OR EXISTS (
             SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'account_id' AND NOT attisdropped)) AS "isTenant",
           (SELECT jsonb_build_object('column', attname, 'sequence', pg_get_serial_sequence(format('%I.%I', nspname, relname), attname))
              FROM pg_attribute WHERE attrelid = pg_class.oid AND attidentity <> '') AS identity
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
     WHERE relkind = 'r' AND (nspname = 'public' AND relname <> '_prisma_migrations' OR nspname = 'graphile_worker' AND relname <> 'migrations')
     ORDER BY relname <> 'accounts', name`)
  return rows
}

/**
 * Reads the names of the applied migrations, and the version of the job queue.
 * @param {import('pg').Client} client
 * @returns {Promise<string[]>}
 */
export async function listMigrations(client) {
  const { rows } = await client.query(`
    SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
     UNION ALL SELECT 'graphile_worker ' || max(id) FROM graphile_worker.migrations ORDER BY name`)
  return rows.map(({ name }) => name)
}

/**
 * Reads the rows of a table, each as one line of JSON, in the order of the key. It needs a transaction.
 * @param {import('pg').Client} client @param {Table} table
 * @param {string} [condition] SQL
 * @returns {AsyncGenerator<string>}
 */
export async function* readRows(client, { name, columns, order }, condition = 'true') {
  const select = `SELECT ${columns.join(', ')} FROM ${name} WHERE ${condition} ORDER BY ${order}`
  await client.query(`DECLARE backup_rows NO SCROLL CURSOR FOR SELECT to_jsonb(found)::text AS line FROM (${select}) AS found`)
  /** @type {{ line: string }[]} */
  let rows
  do {
    ;({ rows } = await client.query(`FETCH ${ROWS_PER_FETCH} FROM backup_rows`))
    for (const { line } of rows) yield line
  } while (rows.length === ROWS_PER_FETCH)
  await client.query('CLOSE backup_rows')
}

/** Counts and hashes rows. The hash covers the rows in their order, so two tables with the same hash have the same rows. */
export class TableHash {
  #hash = createHash('sha256')
  rows = 0

  /** @param {string} line */
  add(line) {
    this.#hash.update(line).update('\n')
    this.rows += 1
  }

  /** @returns {{ rows: number, sha256: string }} */
  digest() {
    return { rows: this.rows, sha256: this.#hash.digest('hex') }
  }
}

/**
 * Inserts rows, as {@link readRows} returns them.
 * @param {import('pg').Client} client @param {Table} table @param {string[]} lines
 * @param {{ select?: (column: string) => string, condition?: string }} [options] `select`: the SQL of a column's value; `condition`:
 *   which rows to insert. Both can name the row as `row`
 */
export async function insertRows(client, { name, columns }, lines, { select = (column) => `row.${column}`, condition = 'true' } = {}) {
  await client.query(
    `INSERT INTO ${name} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE
     SELECT ${columns.map(select).join(', ')} FROM json_populate_recordset(NULL::${name}, $1) AS row WHERE ${condition}`,
    [`[${lines.join(',')}]`],
  )
}

/**
 * Sets what every statement of a backup relies on: times in UTC, no time limits, and an error where row-level security would
 * hide rows.
 * @param {import('pg').Client} client
 */
export async function prepareSession(client) {
  await client.query(
    `SET timezone = 'UTC'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET search_path = public`,
  )
}
