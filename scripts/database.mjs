// The database that a command works on.
import { say } from './cli.mjs'
import { DATA_DIR, readDevNote } from './setup.mjs'

/**
 * @typedef {{ ownerUrl?: string | undefined, runtimeUrl?: string | undefined }} DatabaseUrls
 */

/**
 * Runs `work` on the database of DATABASE_URL, else of a running `npm run dev`, else on the embedded one, which is
 * started and migrated for it and stopped again.
 * @template T
 * @param {(urls: DatabaseUrls) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withDatabase(work) {
  const running = process.env.DATABASE_URL ? undefined : readDevNote()
  const ownerUrl = process.env.DATABASE_OWNER_URL || running?.ownerUrl
  const runtimeUrl = process.env.DATABASE_URL || running?.runtimeUrl
  if (ownerUrl || runtimeUrl) return work({ ownerUrl, runtimeUrl })
  const postgres = await startEmbedded()
  try {
    return await work({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
  } finally {
    await postgres.stop()
  }
}

/** Starts the embedded PostgreSQL and migrates it. The caller stops it. */
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

/** Applies pending migrations, and names them. @param {{ ownerUrl: string, runtimeUrl: string }} urls */
export async function migrateAndReport(urls) {
  const { migrate } = await import('./migrate.mjs')
  const applied = await migrate(urls)
  if (applied.length) say(`Migrated: ${applied.join(', ')}`)
}
