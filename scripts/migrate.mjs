// Applies prisma/migrations with Prisma's own schema engine, in its WebAssembly build, so that nothing is downloaded.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { CliError, say } from './cli.mjs'
import { prepareJobs } from './jobs-schema.mjs'

const ROOT = path.resolve(import.meta.dirname, '..')
const MIGRATIONS = path.join(ROOT, 'prisma', 'migrations')
const MIGRATION_LOCK = 4_872_001 // any number, so long as every copy of this script takes the same one

/**
 * Applies what is not applied yet, here and in the queue, and creates or updates the role that the server signs in as. Safe to run twice,
 * and from two places at once: the second waits for the first.
 * @param {{ ownerUrl: string, runtimeUrl?: string }} urls
 * @returns {Promise<string[]>} the names of the migrations applied now
 * @throws {CliError} when the database cannot be reached or a migration fails
 */
export async function migrate({ ownerUrl, runtimeUrl }) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
  } catch (error) {
    throw new CliError(`The database of DATABASE_OWNER_URL does not answer: ${/** @type {Error} */ (error).message}`)
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    const applied = await applyMigrations(ownerUrl)
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
  const { engine, close } = await openSchemaEngine(ownerUrl)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: readMigrations(), filters: NO_FILTER })
    return appliedMigrationNames
  } catch (error) {
    throw new CliError(`A migration failed, and nothing after it was applied. ${/** @type {Error} */ (error).message}`)
  } finally {
    await close()
  }
}

export const NO_FILTER = { externalTables: [], externalEnums: [] }

/** Prisma's schema engine on one database, and how to let go of both. @param {string} url */
export async function openSchemaEngine(url) {
  loadedEngine ??= loadEngine()
  const [SchemaEngine, { default: pg }, { PrismaPg }, { bindMigrationAwareSqlAdapterFactory }] = await Promise.all([
    loadedEngine,
    import('pg'),
    import('@prisma/adapter-pg'),
    import('@prisma/driver-adapter-utils'),
  ])
  const pool = new pg.Pool({ connectionString: url })
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', readFileSync(path.join(ROOT, 'prisma', 'schema.prisma'), 'utf8')]] },
    (/** @type {string} */ line) => void line, // its own log is of no interest: what fails is thrown
    bindMigrationAwareSqlAdapterFactory(sendingWholeScripts(new PrismaPg(pool))),
  )
  const close = async () => {
    engine.free()
    await pool.end()
  }
  return { engine, close }
}

/** @type {ReturnType<typeof loadEngine> | undefined} once a process: its bindings remember the first instance's memory */
let loadedEngine

async function loadEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const module = await WebAssembly.compile(readFileSync(path.join(folder, 'schema_engine_bg.wasm')))
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': /** @type {any} */ (bindings) })
  const begin = /** @type {() => void} */ (exports.__wbindgen_start)
  // where the engine reports a crash of its own
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (/** @type {string} */ text) => say(text) } })
  bindings.__wbg_set_wasm(exports)
  begin()
  return bindings.SchemaEngine
}

/**
 * The adapter cuts a script at every semicolon, which breaks function bodies and comments, and sends the pieces one
 * by one. Sent whole, as the CLI's own engine does, PostgreSQL runs a migration as one transaction: all or nothing.
 * @param {import('@prisma/adapter-pg').PrismaPg} factory
 */
function sendingWholeScripts(factory) {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script)
    }
    return adapter
  }
  return factory
}

/** The migrations on disk, as the engine wants them. */
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
 * The role that DATABASE_URL names: it may sign in, holds what atrium_runtime holds, and nothing else.
 * @param {import('pg').Client} client signed in as the owner
 * @param {string} ownerUrl @param {string} runtimeUrl
 */
async function ensureRuntimeRole(client, ownerUrl, runtimeUrl) {
  const { username, password, pathname } = new URL(runtimeUrl)
  const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  if (name === decodeURIComponent(new URL(ownerUrl).username)) {
    throw new CliError(
      'DATABASE_URL and DATABASE_OWNER_URL name the same role. The server must sign in as a role of its own, for the owner can undo row-level security.',
    )
  }
  const role = client.escapeIdentifier(name)
  const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
  try {
    // scram only: the password's text must not land in the server's log by way of a failed statement
    if (!known.rowCount) await client.query(`CREATE ROLE ${role} LOGIN INHERIT PASSWORD ${client.escapeLiteral(secret)}`)
    else if (secret) await client.query(`ALTER ROLE ${role} LOGIN INHERIT PASSWORD ${client.escapeLiteral(secret)}`)
    const member = await client.query("SELECT pg_has_role($1, 'atrium_runtime', 'USAGE') AS yes", [name])
    if (!member.rows[0].yes) await client.query(`GRANT atrium_runtime TO ${role}`)
    await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(decodeURIComponent(pathname.slice(1)))} TO ${role}`)
  } catch (error) {
    throw new CliError(
      `The owner role could not set up the runtime role "${name}": ${/** @type {Error} */ (error).message}. It needs CREATEROLE; or create the role yourself and GRANT atrium_runtime TO it.`,
    )
  }
}
