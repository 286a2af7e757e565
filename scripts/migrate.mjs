// Applies prisma/migrations with the WebAssembly build of Prisma's schema engine, so that nothing is downloaded.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CliError } from '../lib/platform/cli.mjs'
import { computeSkeletons } from '../prisma/account-skeletons.mjs'
import { forgetUnfinished, openSchemaEngine } from '../prisma/engine.mjs'
import { prepareJobs } from '../prisma/job-queue.mjs'
import { connect } from './connect.mjs'
import { scramVerifier } from './scram.mjs'

const ROOT = path.resolve(import.meta.dirname, '..')
const MIGRATIONS = path.join(ROOT, 'prisma', 'migrations')
const MIGRATION_LOCK = 4_872_001 // an arbitrary number that every release shares

/**
 * Applies pending migrations, including those of the job queue, and creates or updates the server's role. It is safe to run
 * again, even after a run that failed or was killed, and to run twice at the same time: the second run waits for the first.
 * @param {{ ownerUrl: string, runtimeUrl?: string }} urls
 * @returns {Promise<string[]>} the names of the migrations that it applied
 * @throws {CliError} if the database cannot be reached or a migration fails
 */
export async function migrate({ ownerUrl, runtimeUrl }) {
  const client = await connect(ownerUrl, 'DATABASE_OWNER_URL')
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await forgetUnfinished(client)
    const applied = await applyMigrations(ownerUrl)
    await computeSkeletons(client)
    await client.query('GRANT SELECT ON _prisma_migrations TO atrium_runtime')
    await prepareJobs(client, ownerUrl)
    if (runtimeUrl) await ensureRuntimeRole(client, ownerUrl, runtimeUrl)
    return applied
  } finally {
    await client.end()
  }
}

/** @param {string} ownerUrl */
async function applyMigrations(ownerUrl) {
  const { engine, close, scriptError } = await openSchemaEngine(ownerUrl)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: readMigrations(),
      filters: { externalTables: [], externalEnums: [] },
    })
    return appliedMigrationNames
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    const [, name = ''] = /migration_name=\W*(\w+)/.exec(message) ?? []
    throw new CliError(
      `The migration ${name} failed, and neither it nor a later one was applied: ${scriptError()?.message ?? message}. Correct the cause, and run npm run db:migrate again.`,
    )
  } finally {
    await close()
  }
}

/** Reads the migrations on disk, in the format of the engine. */
export function readMigrations() {
  const folders = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return {
    baseDir: MIGRATIONS,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(path.join(MIGRATIONS, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: folders
      .map(({ name }) => name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: /** @type {const} */ ('ok'), value: readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8') },
        },
      })),
  }
}

/**
 * Creates or updates the role of DATABASE_URL. It can log in, and has the privileges of atrium_runtime and no others.
 * @param {import('pg').Client} client connected as the owner
 * @param {string} ownerUrl @param {string} runtimeUrl
 */
async function ensureRuntimeRole(client, ownerUrl, runtimeUrl) {
  const { username, password, pathname } = new URL(runtimeUrl)
  const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  if (name === decodeURIComponent(new URL(ownerUrl).username)) {
    throw new CliError(
      'DATABASE_URL and DATABASE_OWNER_URL name the same role. The server needs its own role, because the owner can turn off row-level security.',
    )
  }
  const role = client.escapeIdentifier(name)
  const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
  try {
    const verifier = secret ? `PASSWORD '${scramVerifier(secret)}'` : '' // the password itself would end up in the server's log
    if (!known.rowCount) await client.query(`CREATE ROLE ${role} LOGIN INHERIT ${verifier}`)
    else if (secret) await client.query(`ALTER ROLE ${role} LOGIN INHERIT ${verifier}`)
    const member = await client.query("SELECT pg_has_role($1, 'atrium_runtime', 'USAGE') AS inherits", [name])
    if (!member.rows[0].inherits) await client.query(`GRANT atrium_runtime TO ${role}`)
    await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(decodeURIComponent(pathname.slice(1)))} TO ${role}`)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(
      `The owner role could not set up the runtime role "${name}": ${/** @type {Error} */ (error).message}. It needs CREATEROLE. Otherwise, create the role yourself and GRANT atrium_runtime TO it.`,
    )
  }
}
