import { parseArgs } from 'node:util'
import { connect } from '../../../scripts/connect.mjs'
import { withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runCommand } from '../../platform/cli.mjs'

/** @typedef {Record<string, string | undefined>} Values */

/**
 * Runs a command of the operator on the database, as the owner role.
 * @param {{ text?: string[], flags?: string[], allowPositionals?: boolean }} options the names of its options
 * @param {(client: import('pg').Client, values: Values, flags: Set<string>, positionals: string[]) => Promise<number | void>} run
 */
export function operatorCommand({ text = [], flags = [], allowPositionals = false }, run) {
  return runCommand(async () => {
    loadEnv()
    const { values, positionals } = parseArgs({
      options: {
        ...Object.fromEntries(text.map((name) => [name, { type: /** @type {const} */ ('string') }])),
        ...Object.fromEntries(flags.map((name) => [name, { type: /** @type {const} */ ('boolean') }])),
      },
      allowPositionals,
    })
    return withDatabase(async ({ ownerUrl }) => {
      if (!ownerUrl) throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: the server’s role may not do this.')
      const client = await connect(ownerUrl)
      try {
        const given = /** @type {Values} */ (values)
        return await run(client, given, new Set(flags.filter((name) => given[name])), positionals)
      } finally {
        await client.end()
      }
    })
  })
}
