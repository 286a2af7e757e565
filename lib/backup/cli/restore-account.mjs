// npm run account:restore -- --account SLUG --from FILE [--dry-run]: restores the rows of one account to their state in a
// backup, and leaves every other account as it is.
import { parseArgs } from 'node:util'
import { connect } from '../../../scripts/connect.mjs'
import { withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'
import { readKeys } from '../encryption.mjs'
import { restoreAccount } from '../restore-account.mjs'

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { account: { type: 'string' }, from: { type: 'string' }, 'dry-run': { type: 'boolean' } } })
  const { account, from: file, 'dry-run': dryRun = false } = values
  if (!account || !file) throw new CliError('Name the account and the backup: npm run account:restore -- --account SLUG --from FILE')
  return withDatabase(async ({ ownerUrl }) => {
    if (!ownerUrl)
      throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables can restore rows.')
    const client = await connect(ownerUrl)
    try {
      const options = { account, file, keys: readKeys(process.env.BACKUP_KEY), dryRun }
      print(await restoreAccount(client, options), dryRun)
    } finally {
      await client.end()
    }
  })
})

/** @param {import('../restore-account.mjs').Restored} restored @param {boolean} dryRun */
function print({ id, name, takenAt, changes, members, notes }, dryRun) {
  for (const { table, before, after, isAsInBackup } of changes) {
    const [was, is] = [before, after].map(({ rows, sha256 }) => `${String(rows).padStart(6)} rows ${sha256.slice(0, 16)}`)
    say(`${table.padEnd(26)} ${was}  ->  ${is}  ${isAsInBackup ? 'as in the backup' : 'differs from the backup'}`)
  }
  for (const { email, from, to } of members) say(`${email}: ${from ?? 'not a member'} -> ${to ?? 'not a member'}`)
  for (const note of notes) say(note)
  say(
    `${dryRun ? 'A trial: nothing was changed. Without --dry-run, this restores' : 'Restored'} "${name}" (${id}) to its state of ${takenAt}.`,
  )
}
