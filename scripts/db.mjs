// npm run db:generate, db:migrate, db:reset, and db:seed.
import { CliError, runCommand, say } from '../lib/platform/cli.mjs'
import { startEmbedded, withDatabase } from './database.mjs'
import { DATA_DIR, loadEnv, prepare, readDevNote, run, writeFirstEnv } from './setup.mjs'

/** @type {Record<string, () => Promise<number | void>>} */
const COMMANDS = { generate, migrate, reset, seed }

/** Reports that the Prisma client is current: `prepare` regenerates it, without a network, if the schema changed. */
async function generate() {
  say('The Prisma client matches prisma/schema.prisma.')
}

/** Applies pending migrations as the owner, and creates or updates the runtime role. */
async function migrate() {
  const { migrate: applyMigrations } = await import('./migrate.mjs')
  await withDatabase(async ({ ownerUrl, runtimeUrl }) => {
    if (!ownerUrl) throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables can migrate.')
    const applied = await applyMigrations(runtimeUrl ? { ownerUrl, runtimeUrl } : { ownerUrl })
    say(applied.length ? `Applied: ${applied.join(', ')}` : 'The database is up to date.')
  })
}

/** Deletes the data of the embedded PostgreSQL, and applies every migration to a new one. */
async function reset() {
  if (process.env.DATABASE_URL) throw new CliError('DATABASE_URL is set, and db:reset only deletes the data of the embedded PostgreSQL.')
  if (readDevNote()) throw new CliError('npm run dev is using the database. Stop it first.')
  const { removeData } = await import('./postgres.mjs')
  await removeData(DATA_DIR)
  const postgres = await startEmbedded()
  await postgres.stop()
  say('The database is empty again. Next: npm run dev, or npm run db:seed for demo data.')
}

/**
 * Writes demo data. Its passwords are public, so it refuses a production environment, an HTTPS origin, and, without
 * --force, a database other than the embedded one.
 */
async function seed() {
  if (process.env.NODE_ENV === 'production' || process.env.APP_URL?.startsWith('https:')) {
    throw new CliError('The demo data has public passwords, so it must not be used in production or with an https APP_URL.')
  }
  const dev = readDevNote()
  if (dev?.url?.startsWith('https:')) throw new CliError('npm run dev serves an https APP_URL, and the demo data has public passwords.')
  const isEmbedded = !process.env.DATABASE_URL && (!dev?.runtimeUrl || dev.isEmbedded)
  if (!isEmbedded && !process.argv.includes('--force')) {
    throw new CliError(
      'The database is not the embedded one, and the demo data has public passwords. To write it there: npm run db:seed -- --force',
    )
  }
  writeFirstEnv()
  loadEnv()
  return withDatabase(({ runtimeUrl = '', ownerUrl = '' }) => {
    const args = ['--conditions=react-server', '--import', 'tsx', 'prisma/seed.ts']
    return run(process.execPath, args, { ...process.env, NODE_ENV: 'development', DATABASE_URL: runtimeUrl, DATABASE_OWNER_URL: ownerUrl })
  })
}

await runCommand(async () => {
  const command = COMMANDS[process.argv[2] ?? '']
  if (!command) throw new CliError(`Usage: node scripts/db.mjs ${Object.keys(COMMANDS).join('|')}`)
  loadEnv()
  await prepare()
  return command()
})
