// Connects a command to its database.
import { CliError } from '../lib/platform/cli.mjs'
import { findDatabaseUrlFault } from '../lib/platform/tls.mjs'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Connects to a database. The caller must end the connection.
 * @param {string} url
 * @param {string} [setting] what the message about a wrong URL calls it
 * @returns {Promise<import('pg').Client>}
 * @throws {CliError} if it does not answer
 */
export async function connect(url, setting = 'The database URL') {
  const fault = findDatabaseUrlFault(url)
  if (fault) throw new CliError(`${setting} ${fault}`)
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
