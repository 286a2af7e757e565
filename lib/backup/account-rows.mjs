// The rows of one account, for restoring them. The caller has set the account's tenant context.
import { CliError } from '../platform/cli.mjs'
import { insertRows, listTables, readRows, TableHash } from './tables.mjs'

const ACCOUNTS = 'public.accounts'
/** An audit trail only grows: what happened since the backup stays in it. */
const KEPT = ['public.audit_events', 'public.audit_chain']
/** The columns of `accounts` that no two accounts may share. */
const NAME_COLUMNS = ['name', 'name_key', 'slug', 'displayed_skeleton', 'folded_skeleton']
/**
 * What the operator decided since the backup, what restoring itself changes, and what follows from a user's current name.
 * @type {Record<string, string[]>}
 */
const CURRENT_COLUMNS = { [ACCOUNTS]: ['suspended_at', 'updated_at'], 'public.memberships': ['sort_key'] }
const ROWS_PER_INSERT = 10_000 // memberships refer to each other, so up to this number are inserted in one statement
const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * @typedef {{ column: string, isNullable: boolean }} UserColumn the id of a user or member; `isNullable`: it is emptied when they go
 * @typedef {import('./tables.mjs').Table & { userColumns: UserColumn[] }} RestoredTable
 */

/**
 * Lists the tenant tables, referenced ones first, without the audit trail.
 * @param {import('pg').Client} client
 * @returns {Promise<RestoredTable[]>}
 */
export async function restoredTables(client) {
  const tenant = (await listTables(client)).filter(({ name, isTenant }) => isTenant && !KEPT.includes(name))
  const { rows } = await client.query(`
    SELECT format('%I.%I', relnamespace::regnamespace, relname) AS table, 'public.' || quote_ident(confrelid::regclass::text) AS target,
           (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[cardinality(conkey)]) AS column,
           confdeltype = 'n' AS "isNullable"
      FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'f'`)
  /** @type {{ table: string, target: string, column: string, isNullable: boolean }[]} */
  const keys = rows
  /** @type {RestoredTable[]} */
  const sorted = []
  const isReady = (/** @type {string} */ name) =>
    keys.every(
      ({ table, target }) =>
        table !== name || target === name || !tenant.some((each) => each.name === target) || sorted.some((each) => each.name === target),
    )
  while (sorted.length < tenant.length) {
    const next = tenant.find(({ name }) => !sorted.some((each) => each.name === name) && isReady(name))
    if (!next) throw new Error('The foreign keys of the tenant tables form a circle')
    const toUsers = keys.filter(({ table, target }) => table === next.name && ['public.users', 'public.memberships'].includes(target))
    sorted.push({ ...next, userColumns: toUsers.map(({ column, isNullable }) => ({ column, isNullable })) })
  }
  return sorted
}

/**
 * Replaces the rows of the account. Rows about users who no longer exist are left out.
 * @param {import('pg').Client} client @param {RestoredTable[]} tables @param {Map<string, string[]>} rows by table @param {string} id
 * @returns {Promise<{ name: string, notes: string[] }>}
 */
export async function writeAccount(client, tables, rows, id) {
  const [accounts, ...others] = tables
  if (accounts?.name !== ACCOUNTS) throw new Error('accounts must be the first tenant table')
  for (const { name } of others.toReversed()) await client.query(`DELETE FROM ${name}`) // row-level security leaves this account's rows only
  const notes = await writeAccountRow(client, accounts, rows.get(ACCOUNTS) ?? [], id)
  for (const table of others) {
    const lines = rows.get(table.name) ?? []
    await insertTable(client, table, lines)
    const { rowCount } = await client.query(`SELECT FROM ${table.name}`)
    const missing = lines.length - (rowCount ?? 0)
    if (missing) notes.push(`${table.name}: ${missing} rows left out, because their user no longer exists.`)
  }
  const named = await client.query('SELECT name FROM accounts')
  return { name: named.rows[0].name, notes }
}

/** @param {import('pg').Client} client @param {RestoredTable} table @param {string[]} lines */
async function insertTable(client, table, lines) {
  const exists = (/** @type {string} */ column) => `EXISTS (SELECT FROM users WHERE users.id = row.${column})`
  const required = table.userColumns.filter(({ isNullable }) => !isNullable).map(({ column }) => exists(column))
  const emptied = new Set(table.userColumns.filter(({ isNullable }) => isNullable).map(({ column }) => column))
  const select = (/** @type {string} */ column) =>
    emptied.has(column) ? `CASE WHEN ${exists(column)} THEN row.${column} END` : `row.${column}`
  try {
    for (let n = 0; n < lines.length; n += ROWS_PER_INSERT)
      await insertRows(client, table, lines.slice(n, n + ROWS_PER_INSERT), { select, condition: required.join(' AND ') || 'true' })
  } catch (error) {
    const { code, detail } = /** @type {import('pg').DatabaseError} */ (error)
    if (code !== FOREIGN_KEY_VIOLATION) throw error
    throw new CliError(`A row of ${table.name} refers to a row that does not exist any more (${detail}). Nothing was restored.`)
  }
}

/**
 * Updates the account's row, or inserts it if the account was erased. If another account has taken the name, an existing account
 * keeps its current one.
 * @param {import('pg').Client} client @param {RestoredTable} accounts @param {string[]} lines @param {string} id
 * @returns {Promise<string[]>} notes
 */
async function writeAccountRow(client, accounts, lines, id) {
  const { rowCount: exists } = await client.query('SELECT FROM accounts')
  if (!exists) return insertAccountRow(client, accounts, lines, id)
  const update = (/** @type {string[]} */ columns) => {
    const values = columns.map((column) => `${column} = row.${column}`).join(', ')
    return client.query(
      `UPDATE accounts SET ${values} FROM json_populate_recordset(NULL::accounts, $1) AS row WHERE accounts.id = row.id`,
      [`[${lines}]`],
    )
  }
  const columns = accounts.columns.filter((column) => !CURRENT_COLUMNS[ACCOUNTS]?.includes(column))
  await client.query('SAVEPOINT account_row')
  try {
    await update(columns)
    return []
  } catch (error) {
    if (/** @type {import('pg').DatabaseError} */ (error).code !== UNIQUE_VIOLATION) throw error
    await client.query('ROLLBACK TO account_row')
    await update(columns.filter((column) => !NAME_COLUMNS.includes(column)))
    return ['Another account has taken the name since the backup, so the account keeps its current one.']
  }
}

/**
 * Inserts the row of an account that was erased. Its retained audit trail continues, so the trigger must not create another one.
 * @param {import('pg').Client} client @param {RestoredTable} accounts @param {string[]} lines @param {string} id
 */
async function insertAccountRow(client, accounts, lines, id) {
  const { rowCount: hasTrail } = await client.query('UPDATE audit_trails SET retained_since = NULL WHERE id = $1', [id])
  if (hasTrail) await client.query('ALTER TABLE accounts DISABLE TRIGGER create_audit_trail')
  try {
    await insertRows(client, accounts, lines)
  } catch (error) {
    if (/** @type {import('pg').DatabaseError} */ (error).code !== UNIQUE_VIOLATION) throw error
    throw new CliError('The account was erased, and another account has taken its name since. Rename that one first. Nothing was restored.')
  }
  if (hasTrail) await client.query('ALTER TABLE accounts ENABLE TRIGGER create_audit_trail')
  return ['The account had been erased, and is back.']
}

/**
 * Counts and hashes the account's rows in each table.
 * @param {import('pg').Client} client @param {RestoredTable[]} tables
 */
export async function digests(client, tables) {
  const found = []
  for (const table of tables) {
    /** @type {string[]} */
    const lines = []
    for await (const line of readRows(client, table)) lines.push(line)
    found.push(digestOf(table, lines))
  }
  return found
}

/**
 * Counts and hashes rows, without the columns that are not restored.
 * @param {RestoredTable} table @param {string[]} lines
 */
export function digestOf({ name }, lines) {
  const hash = new TableHash()
  const current = CURRENT_COLUMNS[name]
  for (const line of lines) hash.add(current ? withoutColumns(line, current) : line)
  return hash.digest()
}

/** @param {string} line @param {string[]} columns */
function withoutColumns(line, columns) {
  return JSON.stringify(Object.entries(JSON.parse(line)).filter(([column]) => !columns.includes(column)))
}
