// The hash chain of an audit trail. The server appends to it, and cli/verify.mjs, which runs without a build,
// verifies it. SQL does not compute hashes, because an attacker who can change the database can also change its functions.
import { createHash } from 'node:crypto'

const HASH_BYTES = 32

/** The hash before the first entry of a chain. @type {Buffer} */
export const CHAIN_START = Buffer.alloc(HASH_BYTES)

/** The SQL that reads each column of an event for its hash, as text that does not depend on the connection's settings. */
const READ_AS = {
  trail_id: 'trail_id::text',
  id: 'id::text',
  account_id: 'account_id::text',
  user_id: 'user_id::text',
  actor_id: 'actor_id::text',
  actor_email: 'actor_email::text',
  actor_name: 'actor_name::text',
  kind: 'kind::text',
  target: 'target',
  target_id: 'target_id::text',
  details: 'details::text', // jsonb keeps its keys in a fixed order
  ip: 'ip::text',
  user_agent: 'user_agent::text',
  created_at: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
}

/** @typedef {keyof typeof READ_AS} HashedColumn */
/** @typedef {Record<HashedColumn, string | null>} HashedEvent an event as {@link selectHashed} reads it */

/** Every column of `audit_events`. A new column must be added, or a change to it would go unnoticed. */
export const HASHED_COLUMNS = /** @type {HashedColumn[]} */ (Object.keys(READ_AS))

/**
 * Returns the columns of an event for a SELECT, in the form that {@link hashOf} takes.
 * @param {string} table the name or alias of audit_events in the query
 * @returns {string} SQL
 */
export function selectHashed(table) {
  return HASHED_COLUMNS.map((column) => `${READ_AS[column].replace(column, `${table}.${column}`)} AS ${column}`).join(', ')
}

/**
 * Returns the hash of a chain entry: SHA-256 of the previous hash and of the event as a JSON list of columns with their
 * values. No two events have the same JSON. Null columns are omitted, so that adding a column changes no existing hash.
 * @param {Uint8Array} previous the hash of the previous entry, or {@link CHAIN_START}
 * @param {HashedEvent} event
 * @returns {Buffer} 32 bytes
 */
export function hashOf(previous, event) {
  const values = HASHED_COLUMNS.filter((column) => event[column] !== null).map((column) => [column, event[column]])
  return createHash('sha256').update(previous).update(JSON.stringify(values)).digest()
}
