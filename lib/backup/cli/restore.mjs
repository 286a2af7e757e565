// npm run db:restore -- --from FILE [--to URL]: restores a backup into an empty database, which it migrates first.
import { parseArgs } from 'node:util'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'
import { readKeys } from '../encryption.mjs'
import { restoreBackup } from '../restore.mjs'

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
  if (!values.from) throw new CliError('Name the backup: npm run db:restore -- --from FILE')
  const ownerUrl = values.to ?? process.env.DATABASE_OWNER_URL
  if (!ownerUrl) throw new CliError('Name the empty database, as its owner: set DATABASE_OWNER_URL, or add --to URL')
  const runtimeUrl = values.to ? undefined : process.env.DATABASE_URL
  const started = performance.now()
  const { head, counts } = await restoreBackup({ ownerUrl, runtimeUrl }, values.from, readKeys(process.env.BACKUP_KEY))
  for (const { table, rows, sha256 } of counts) say(`${table.padEnd(40)} ${String(rows).padStart(9)} rows  sha256 ${sha256.slice(0, 16)}`)
  say(
    `Restored the state of ${head.takenAt} in ${((performance.now() - started) / 1000).toFixed(1)} s. Every table has the rows of the backup.`,
  )
})
