// npm run db:backup -- --to FILE [--verify]: writes all rows of the database to a file, encrypted if BACKUP_KEY is set.
// --verify restores it into a temporary PostgreSQL and compares; --scratch URL uses an empty database instead. --help says more.
import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../../../scripts/database.mjs'
import { loadEnv, ROOT, readDevNote } from '../../../scripts/setup.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'
import { writeBackup } from '../backup.mjs'
import { readKeys } from '../encryption.mjs'
import { refuseWithoutPostgres, verifyBackup } from '../verify.mjs'

const HELP = `npm run db:backup -- [--to FILE] [--verify] [--scratch URL]

Writes all rows of the database of BACKUP_DATABASE_URL to a file, encrypted with BACKUP_KEY.
  --to FILE      the file; by default, atrium-<time>.backup in BACKUP_FOLDER or .data/backups
  --verify       restores the file into a temporary PostgreSQL, and compares. The container has no PostgreSQL: use --scratch there
  --scratch URL  verifies in this empty database, which the owner role owns. Afterward it holds the data, so drop it`

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({
    options: { to: { type: 'string' }, verify: { type: 'boolean' }, scratch: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) return say(HELP)
  if (values.verify && !values.scratch) refuseWithoutPostgres()
  const keys = readKeys(process.env.BACKUP_KEY)
  const folder = process.env.BACKUP_FOLDER || path.join(ROOT, '.data', 'backups')
  const file = values.to ?? path.join(folder, `atrium-${new Date().toISOString().replaceAll(':', '-')}.backup`)
  if (!values.to) mkdirSync(path.dirname(file), { recursive: true })
  await withBackupRole((url) => backUp(url, file, keys[0]))
  if (!keys.length)
    say(
      'The backup is not encrypted: BACKUP_KEY is not set. It contains password hashes and personal data, so protect it like the database.',
    )
  return values.verify || values.scratch ? verify(file, keys, values.scratch) : 0
})

/** @param {(url: string) => Promise<void>} fn */
async function withBackupRole(fn) {
  if (process.env.BACKUP_DATABASE_URL) return fn(process.env.BACKUP_DATABASE_URL)
  if (process.env.DATABASE_URL)
    throw new CliError(
      'BACKUP_DATABASE_URL is required with DATABASE_URL: a role that bypasses row-level security and can read all tables. .env.example describes it.',
    )
  if (readDevNote()) throw new CliError('npm run dev is using the embedded PostgreSQL. Stop it first.')
  const postgres = await startEmbedded()
  return fn(postgres.url('superuser')).finally(() => postgres.stop())
}

/** @param {string} url @param {string} file @param {Buffer} [key] */
async function backUp(url, file, key) {
  const started = performance.now()
  const { head, counts } = await writeBackup(url, file, key)
  for (const { table, rows, sha256 } of counts) say(`${table.padEnd(40)} ${String(rows).padStart(9)} rows  sha256 ${sha256.slice(0, 16)}`)
  const total = counts.reduce((sum, { rows }) => sum + rows, 0)
  say(`${file}: ${total} rows of ${head.takenAt}, ${statSync(file).size} bytes, in ${secondsSince(started)} s.`)
}

/** @param {string} file @param {Buffer[]} keys @param {string} [scratchUrl] @returns {Promise<number>} */
async function verify(file, keys, scratchUrl) {
  const started = performance.now()
  const { counts, trails, events, faults } = await verifyBackup(file, keys, { scratchUrl, report: say })
  say(
    `Verified: ${counts.length} tables restored as they were, ${trails} audit trails with ${events} events ${faults ? 'CHANGED' : 'unchanged'}, in ${secondsSince(started)} s.`,
  )
  return faults ? 1 : 0
}

/** @param {number} started */
function secondsSince(started) {
  return ((performance.now() - started) / 1000).toFixed(1)
}
