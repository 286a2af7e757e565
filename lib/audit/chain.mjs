// How a trail is sealed. Plain JavaScript: the server seals with it, and scripts/audit-verify.mjs verifies with it, for
// the database itself must not be what says that the database was left alone.
import { createHash } from 'node:crypto'

const HASH_BYTES = 32

/** What stands before a trail's first seal. @type {Buffer} */
export const CHAIN_START = Buffer.alloc(HASH_BYTES)

/** How each column of an event is read for its seal: as text, and the same text wherever and whenever it is read. */
const READ_AS = {
  trail_id: 'trail_id::text',
  id: 'id::text',
  account_id: 'account_id::text',
  user_id: 'user_id::text',
  actor_id: 'actor_id::text',
  kind: 'kind::text',
  target: 'target',
  target_id: 'target_id::text',
  details: 'details::text', // PostgreSQL stores keys in an order of its own, and prints them in it
  ip: 'ip::text',
  user_agent: 'user_agent::text',
  created_at: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, // whatever the connection's time zone
}

/** @typedef {keyof typeof READ_AS} SealedColumn */
/** @typedef {Record<SealedColumn, string | null>} SealedEvent an event as {@link sealedColumns} reads it */

/** Every column of `audit_events`: one that is added is added here too, or a change of it would not be seen. */
export const SEALED_COLUMNS = /** @type {SealedColumn[]} */ (Object.keys(READ_AS))

/**
 * The columns of an event for a SELECT, as {@link hashOf} takes them.
 * @param {string} table the name or alias of audit_events in the query
 * @returns {string} SQL
 */
export function sealedColumns(table) {
  return SEALED_COLUMNS.map((column) => `${READ_AS[column].replace(column, `${table}.${column}`)} AS ${column}`).join(', ')
}

/**
 * The seal of an event: SHA-256 of the seal before it and of the event as JSON, a list of its columns with their
 * values, which no two different events share. What is null is left out, so that a column that is added, and null in
 * what was sealed before, changes no seal.
 * @param {Uint8Array} previous the seal before it, or {@link CHAIN_START}
 * @param {SealedEvent} event
 * @returns {Buffer} 32 bytes
 */
export function hashOf(previous, event) {
  const values = SEALED_COLUMNS.filter((column) => event[column] !== null).map((column) => [column, event[column]])
  return createHash('sha256').update(previous).update(JSON.stringify(values)).digest()
}
