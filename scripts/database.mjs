// Finds or starts the database for a command.

import { say } from '../lib/platform/cli.mjs'
import { DATA_DIR, readDevNote } from './setup.mjs'

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
