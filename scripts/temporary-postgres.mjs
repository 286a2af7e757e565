// A PostgreSQL for one command.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgres } from './postgres.mjs'

/**
 * Starts the embedded PostgreSQL on a temporary folder, which is deleted when it stops, or when this process exits.
 * @returns {Promise<Pick<import('./postgres.mjs').Postgres, 'url' | 'stop'>>}
 */
export async function startTemporaryPostgres() {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-postgres-'))
  chmodSync(folder, 0o755) // PostgreSQL's user must be able to enter it
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) // initdb may still write
  process.once('exit', remove)
  try {
    const postgres = await startPostgres(path.join(folder, 'postgres'), { durable: false })
    const stop = async () => {
      await postgres.stop()
      process.off('exit', remove)
      remove()
    }
    return { url: postgres.url, stop }
  } catch (error) {
    process.off('exit', remove)
    remove()
    throw error
  }
}
