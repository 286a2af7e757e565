// Finds or starts the database for a command.

import { CliError, say } from '../lib/platform/cli.mjs'
import { findDatabaseUrlFault } from '../lib/platform/tls.mjs'
import { DATA_DIR, readDevNote } from './setup.mjs'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * @typedef {{ ownerUrl?: string | undefined, runtimeUrl?: string | undefined }} DatabaseUrls
 */

/**
 * Runs `fn` on the database of DATABASE_URL; without it, on the database of a running `npm run dev`; otherwise on the
 * embedded one, which it starts, migrates, and stops again.
 * @template T
 * @param {(urls: DatabaseUrls) => Promise<T>} fn
 * @returns {Promise<T>} the result of `fn`
 */
export async function withDatabase(fn) {
  const running = process.env.DATABASE_URL ? undefined : readDevNote()
  const ownerUrl = process.env.DATABASE_OWNER_URL || running?.ownerUrl
  const runtimeUrl = process.env.DATABASE_URL || running?.runtimeUrl
  if (ownerUrl || runtimeUrl) return fn({ ownerUrl, runtimeUrl })
  const postgres = await startEmbedded()
  try {
    return await fn({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
  } finally {
    await postgres.stop()
  }
}

/** Starts the embedded PostgreSQL and migrates it. The caller must stop it. */
export async function startEmbedded() {
  const { startPostgres } = await import('./postgres.mjs')
  const postgres = await startPostgres(DATA_DIR)
  try {
    await migrateAndReport({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
    return postgres
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** Applies pending migrations and prints their names. @param {{ ownerUrl: string, runtimeUrl: string }} urls */
export async function migrateAndReport(urls) {
  const { migrate } = await import('./migrate.mjs')
  const applied = await migrate(urls)
  if (applied.length) say(`Migrated: ${applied.join(', ')}`)
}

/**
 * Connects to a database. The caller must end the connection.
 * @param {string} url
 * @returns {Promise<import('pg').Client>}
 * @throws {CliError} if it does not answer
 */
export async function connect(url) {
  const fault = findDatabaseUrlFault(url)
  if (fault) throw new CliError(`The database URL ${fault}`)
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined) // the statement that runs, or the next one, fails with the same error
  try {
    await client.connect()
    return client
  } catch (error) {
    const { host } = new URL(url)
    throw new CliError(`The database at ${host} does not answer: ${/** @type {Error} */ (error).message}`)
  }
}
