// A temporary PostgreSQL for the tests, with a migrated template database. Each test file gets a copy of it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { migrate } from '../../scripts/migrate.mjs'
import { startPostgres } from '../../scripts/postgres.mjs'

export const TEMPLATE = 'atrium'

/**
 * @typedef {object} TestDatabases
 * @property {{ superuser: string, owner: string, runtime: string }} urls of the template; use {@link named} for another database
 * @property {string} dataDir the folder of its data
 * @property {() => Promise<void>} stop ends the server and removes its data
 */

/** @param {{ settings?: Record<string, string> }} [options] `settings`: more of PostgreSQL's @returns {Promise<TestDatabases>} */
export async function startTestDatabases({ settings = {} } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-test-'))
  chmodSync(folder, 0o755) // PostgreSQL's user must be able to enter it
  const dataDir = path.join(folder, 'postgres')
  const postgres = await startPostgres(dataDir, {
    durable: false,
    settings: { max_connections: '200', shared_preload_libraries: 'auto_explain', 'auto_explain.log_nested_statements': 'on', ...settings },
  })
  const urls = { superuser: postgres.url('superuser'), owner: postgres.url('owner'), runtime: postgres.url('runtime') }
  const stop = async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await migrate({ ownerUrl: urls.owner, runtimeUrl: urls.runtime })
    return { urls, dataDir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Copies the template.
 * @param {string} superuserUrl @param {string} name of the new database
 */
export async function copyTemplate(superuserUrl, name) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: named(superuserUrl, 'postgres') })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${TEMPLATE} OWNER atrium_owner`)
  } finally {
    await client.end()
  }
}

/**
 * Copies the template.
 * @param {{ superuser: string, runtime: string }} urls of the template @param {string} name of the new database
 * @returns {Promise<{ DATABASE_URL: string, DATABASE_SUPERUSER_URL: string }>} the variables that lead a test to it
 */
export async function createDatabase(urls, name) {
  await copyTemplate(urls.superuser, name)
  return { DATABASE_URL: named(urls.runtime, name), DATABASE_SUPERUSER_URL: named(urls.superuser, name) }
}

/** @param {string} url @param {string} database @returns {string} the same server and role, another database */
export function named(url, database) {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}
