// npm run audit:verify: verifies every audit trail against its hash chain. `--heads FILE` saves the last entry of each
// chain, to be stored out of the database's reach. `--since FILE` also compares the chains with such a file.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { connect } from '../../../scripts/connect.mjs'
import { withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'
import { verifyTrails } from '../verify-trails.mjs'

/** @typedef {import('../verify-trail.mjs').Head} Head */

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { heads: { type: 'string' }, since: { type: 'string' } } })
  return withDatabase(async ({ ownerUrl }) => {
    if (!ownerUrl)
      throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables reads every trail.')
    return (await verify(ownerUrl, values)) ? 0 : 1
  })
})

/**
 * Verifies all trails and prints each fault. It writes the file of heads only if there is none.
 * @param {string} url @param {{ heads?: string, since?: string }} files
 * @returns {Promise<boolean>} whether all trails are unchanged
 */
async function verify(url, { heads: headsFile, since }) {
  const earlier = since ? readHeads(since) : new Map()
  const client = await connect(url)
  const { heads, events, faults } = await verifyTrails(client, earlier, say).finally(() => client.end())
  say(`Verified ${heads.length} trails with ${events} events: ${faults ? 'CHANGED.' : 'unchanged.'}`)
  if (!since)
    say(
      'The database alone cannot show whether the end of a trail was cut off, or a whole chain rebuilt. Keep a file of heads elsewhere (--heads FILE) and compare later runs with it (--since FILE).',
    )
  if (headsFile && faults) say(`${headsFile} is not written, because some trails were changed.`)
  else if (headsFile) writeHeads(headsFile, heads)
  return !faults
}

/** @param {string} file @returns {Map<string, Head>} */
function readHeads(file) {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    return new Map(lines.map((line) => JSON.parse(line)).map((head) => [head.trail, head]))
  } catch (error) {
    throw new CliError(`The file of heads ${file} cannot be read: ${/** @type {Error} */ (error).message}`)
  }
}

/** Writes the file atomically, so that an interruption does not damage an existing one. @param {string} file @param {Head[]} heads */
function writeHeads(file, heads) {
  try {
    writeFileSync(`${file}.new`, heads.map((head) => `${JSON.stringify(head)}\n`).join(''), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    rmSync(`${file}.new`, { force: true })
    throw new CliError(`The file of heads ${file} cannot be written: ${/** @type {Error} */ (error).message}`)
  }
  say(`The last entry of each chain is in ${file}. Store it where an attacker with access to the database cannot change it.`)
}
