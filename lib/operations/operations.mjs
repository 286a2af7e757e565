// What the operator's commands do. They run as the owner role, whose functions in SQL set the tenant context and record events.
import { CliError } from '../platform/cli.mjs'

/** @typedef {import('pg').Client} PgClient */
/** @typedef {{ users: number, sessions: number }} Ended */

/** @param {PgClient} client @param {string} email @returns {Promise<string>} the id of the user @throws {CliError} if there is none */
export async function findUserId(client, email) {
  const { rows } = await client.query('SELECT id FROM users WHERE email = $1', [email.trim().toLowerCase()])
  if (!rows[0]) throw new CliError('No user has this email.')
  return rows[0].id
}

/** @typedef {{ id: string, name: string, slug: string }} Account */

/**
 * @param {PgClient} client @param {string} wanted an id, a slug, or a name
 * @returns {Promise<Account>}
 * @throws {CliError} if there is no such account, or more than one
 */
export async function findAccount(client, wanted) {
  const [account, ...others] = await findAccounts(client, wanted)
  if (!account) throw new CliError('No account has this id, slug, or name.')
  if (others.length)
    throw new CliError(`Several accounts match. Name one by its id: ${[account, ...others].map(({ id }) => id).join(', ')}`)
  return account
}

/** Returns the accounts with this id, slug, or name. @param {PgClient} client @param {string} wanted @returns {Promise<Account[]>} */
export async function findAccounts(client, wanted) {
  const { rows } = await client.query('SELECT id, name, slug FROM operator_find_accounts($1)', [wanted.trim()])
  return rows
}

/**
 * Ends the sessions of a user, of an account's members, or, with neither, of everyone.
 * @param {PgClient} client @param {{ userId?: string, accountId?: string }} of @returns {Promise<Ended>}
 */
export async function endSessions(client, { userId, accountId }) {
  const { rows } = await client.query('SELECT users, sessions FROM operator_end_sessions($1, $2)', [userId ?? null, accountId ?? null])
  logOperation('sessions.ended', { ...(userId && { user: userId }), ...(accountId && { account: accountId }), ...rows[0] })
  return rows[0]
}

/**
 * Suspends a user or an account, or lifts the suspension.
 * @param {PgClient} client @param {'user' | 'account'} kind @param {string} id @param {boolean} suspend
 * @throws {CliError} if it is already suspended, or not suspended
 */
export async function setSuspended(client, kind, id, suspend) {
  const { rows } = await client.query(`SELECT operator_suspend_${kind}($1, $2) AS changed`, [id, suspend])
  if (!rows[0].changed) throw new CliError(suspend ? `The ${kind} is already suspended.` : `The ${kind} is not suspended.`)
  logOperation(`${kind}.${suspend ? 'suspended' : 'unsuspended'}`, { [kind]: id })
}

/**
 * @param {PgClient} client
 * @returns {Promise<{ id: string, task: string, attempts: number, failedAt: Date, error: string | null }[]>} the jobs that have no
 *   retries left, without their payloads, which contain personal data
 */
export async function listDeadJobs(client) {
  const { rows } = await client.query(
    `SELECT jobs.id, tasks.identifier AS task, jobs.attempts, jobs.updated_at AS "failedAt", jobs.last_error AS error
       FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
      WHERE jobs.attempts >= jobs.max_attempts ORDER BY jobs.updated_at`,
  )
  return rows
}

/**
 * Runs jobs again that have no retries left, and records it in the operator's trail.
 * @param {PgClient} client @param {string[]} ids @returns {Promise<number>} the number of jobs that run again
 */
export async function retryJobs(client, ids) {
  const { rows } = await client.query('SELECT operator_retry_jobs($1::bigint[]) AS count', [ids])
  if (rows[0].count) logOperation('jobs.retried', { jobs: ids, count: rows[0].count })
  return rows[0].count
}

/** Writes a line to stderr, in the format of the server's log. @param {string} kind @param {Record<string, unknown>} facts */
function logOperation(kind, facts) {
  const level = 30
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), kind, by: 'operator', ...facts, msg: 'recorded' })}\n`)
}
