// Restores the rows of one account from a backup. It writes as the owner role with the account's tenant context, so row-level
// security keeps it from every other account.
import { v7 as uuidv7 } from 'uuid'
import { CliError } from '../platform/cli.mjs'
import { digestOf, digests, restoredTables, writeAccount } from './account-rows.mjs'
import { readBackup } from './backup.mjs'
import { refuseOtherMigrations } from './restore.mjs'
import { prepareSession } from './tables.mjs'

/**
 * @typedef {import('./account-rows.mjs').RestoredTable} RestoredTable
 * @typedef {{ rows: number, sha256: string }} Digest
 * @typedef {{ table: string, before: Digest, after: Digest, isAsInBackup: boolean }} Change
 * @typedef {{ email: string, from: string | null, to: string | null }} MemberChange roles; null for none
 * @typedef {{ id: string, name: string, takenAt: string, changes: Change[], members: MemberChange[], notes: string[] }} Restored
 */

/**
 * Restores an account to its state in a backup, in one transaction with an audit event. The audit trail stays as it is.
 * @param {import('pg').Client} client of the owner role
 * @param {{ account: string, file: string, keys: Buffer[], dryRun?: boolean }} options `account`: its slug in the backup, or its id;
 *   `dryRun`: rolls everything back
 * @returns {Promise<Restored>}
 * @throws {CliError} if the backup has no such account, has other migrations, or the account cannot be restored
 */
export async function restoreAccount(client, { account, file, keys, dryRun = false }) {
  await prepareSession(client)
  const tables = await restoredTables(client)
  const backup = await readAccountRows(client, tables, { account, file, keys })
  const { id, takenAt, rows } = backup
  await client.query('BEGIN')
  try {
    await client.query(`SELECT set_config('app.account_id', $1, true), set_config('app.user_id', '', true)`, [id])
    await client.query('SELECT FROM accounts WHERE id = $1 FOR UPDATE', [id])
    const [before, rolesBefore] = [await digests(client, tables), await readRoles(client)]
    const { name, notes } = await writeAccount(client, tables, rows, id)
    await refuseWithoutOwner(client)
    const [after, rolesAfter] = [await digests(client, tables), await readRoles(client)]
    await recordRestore(client, id, takenAt)
    await client.query(dryRun ? 'ROLLBACK' : 'COMMIT')
    const changes = tables.map((table, n) => {
      const [was, is] = [/** @type {Digest} */ (before[n]), /** @type {Digest} */ (after[n])]
      const sha256 = digestOf(table, rows.get(table.name) ?? []).sha256
      return { table: table.name, before: was, after: is, isAsInBackup: is.sha256 === sha256 }
    })
    return { id, name, takenAt, changes, members: compareRoles(rolesBefore, rolesAfter), notes }
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/**
 * Reads the rows of one account, and checks the whole file.
 * @param {import('pg').Client} client @param {RestoredTable[]} tables
 * @param {{ account: string, file: string, keys: Buffer[] }} options
 */
async function readAccountRows(client, tables, { account, file, keys }) {
  /** @type {string | undefined} */
  let id
  /** @type {Map<string, string[]>} */
  const rows = new Map(tables.map(({ name }) => [name, []]))
  let takenAt = ''
  await readBackup(file, keys, {
    head: async (head) => {
      takenAt = head.takenAt
      await refuseOtherMigrations(client, head)
    },
    rows: async (name, lines) => {
      if (!rows.has(name)) return
      for (const line of lines) {
        const row = JSON.parse(line)
        if (name === 'public.accounts' && (row.slug === account || row.id === account)) id = row.id
        if (id && (row.account_id ?? row.id) === id) rows.get(name)?.push(line)
      }
    },
  })
  if (!id) throw new CliError(`The backup of ${takenAt} has no account "${account}". Name it by its slug at that time, or by its id.`)
  return { id, takenAt, rows }
}

/** @param {import('pg').Client} client @returns {Promise<Map<string, string>>} the members' roles by email */
async function readRoles(client) {
  const { rows } = await client.query('SELECT email, role FROM memberships JOIN users ON users.id = user_id ORDER BY email')
  return new Map(rows.map(({ email, role }) => [email, role]))
}

/** @param {Map<string, string>} before @param {Map<string, string>} after @returns {MemberChange[]} */
function compareRoles(before, after) {
  const emails = new Set([...before.keys(), ...after.keys()])
  const changes = [...emails].map((email) => ({ email, from: before.get(email) ?? null, to: after.get(email) ?? null }))
  return changes.filter(({ from, to }) => from !== to)
}

/** @param {import('pg').Client} client */
async function refuseWithoutOwner(client) {
  const { rowCount } = await client.query("SELECT FROM memberships WHERE role = 'OWNER'")
  if (!rowCount)
    throw new CliError('None of the owners in the backup still exists as a user, so no one could manage the account. Nothing was restored.')
}

/** @param {import('pg').Client} client @param {string} id @param {string} takenAt */
async function recordRestore(client, id, takenAt) {
  await client.query(
    `INSERT INTO audit_events (id, account_id, kind, target, details)
     SELECT $1, id, 'account.restored-from-backup', name, jsonb_build_object('takenAt', $2::text) FROM accounts WHERE id = $3`,
    [uuidv7(), takenAt, id],
  )
}
