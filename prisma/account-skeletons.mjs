// Computes the skeletons of account names that were stored before accounts had them.
import { skeletonOf } from '../lib/accounts/skeleton.mjs'
import { say } from '../lib/platform/cli.mjs'

const DONE = 'computed for all rows'

/**
 * Computes the skeletons of existing accounts once. If two names look alike, the older account gets the skeleton, and the
 * other keeps its name and its random skeleton.
 * @param {import('pg').Client} client connected as the owner, under the lock of the migrations
 */
export async function computeSkeletons(client) {
  const { rows: state } = await client.query(
    `
    SELECT col_description('accounts'::regclass, attnum) = $1 AS done
      FROM pg_attribute WHERE attrelid = 'accounts'::regclass AND attname = 'folded_skeleton'`,
    [DONE],
  )
  if (state[0]?.done) return
  await client.query('BEGIN')
  try {
    await client.query("SET LOCAL lock_timeout = '5s'")
    await client.query('ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY') // the owner could not see the rows
    const alike = await updateRows(client)
    await client.query('ALTER TABLE accounts FORCE ROW LEVEL SECURITY')
    await client.query(`COMMENT ON COLUMN accounts.folded_skeleton IS '${DONE}'`)
    await client.query('COMMIT')
    if (alike.length) say(`These accounts have names that look like another's, and keep them: ${alike.join(', ')}`)
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** @param {import('pg').Client} client @returns {Promise<string[]>} the slugs of accounts whose names look like an older one's */
async function updateRows(client) {
  const { rows: accounts } = await client.query('SELECT id, name, name_key, slug FROM accounts ORDER BY created_at, id')
  const alike = []
  for (const { id, name, name_key, slug } of accounts) {
    const { rowCount } = await client.query(
      `UPDATE accounts SET displayed_skeleton = $2, folded_skeleton = $3
        WHERE id = $1 AND NOT EXISTS (SELECT FROM accounts WHERE id <> $1 AND (displayed_skeleton = $2 OR folded_skeleton = $3))`,
      [id, skeletonOf(name), skeletonOf(name_key)],
    )
    if (!rowCount) alike.push(slug)
  }
  return alike
}
