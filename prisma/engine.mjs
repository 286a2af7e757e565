// Prisma's schema engine in WebAssembly, which needs no download.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { say } from '../lib/platform/cli.mjs'

/**
 * Opens Prisma's schema engine on a database. The caller must call `close`. `scriptError` returns PostgreSQL's error of a script that
 * failed, which the engine does not pass on.
 * @param {string} url
 */
export async function openSchemaEngine(url) {
  loadedEngine ??= loadEngine()
  const [SchemaEngine, { default: pg }, { PrismaPg }, { bindMigrationAwareSqlAdapterFactory }] = await Promise.all([
    loadedEngine,
    import('pg'),
    import('@prisma/adapter-pg'),
    import('@prisma/driver-adapter-utils'),
  ])
  const pool = new pg.Pool({ connectionString: url })
  /** @type {Error | undefined} */
  let failure
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', readFileSync(path.join(import.meta.dirname, 'schema.prisma'), 'utf8')]] },
    (/** @type {string} */ line) => void line, // its log is not needed: errors are thrown
    bindMigrationAwareSqlAdapterFactory(sendingWholeScripts(new PrismaPg(pool), (error) => (failure = error))),
  )
  const close = async () => {
    engine.free()
    await pool.end()
  }
  return { engine, close, scriptError: () => failure }
}

/** @type {ReturnType<typeof loadEngine> | undefined} loaded once per process, because its bindings keep the first instance's memory */
let loadedEngine

async function loadEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const module = await WebAssembly.compile(readFileSync(path.join(folder, 'schema_engine_bg.wasm')))
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': { ...bindings, ...unrefTimers(bindings) } })
  const start = /** @type {() => void} */ (exports.__wbindgen_start)
  // The engine calls this if it panics.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (/** @type {string} */ text) => say(text) } })
  bindings.__wbg_set_wasm(exports)
  start()
  return bindings.SchemaEngine
}

/**
 * Replaces the engine's timers by ones that keep no process alive: it leaves the timeout of its lock running for ten seconds
 * after its work is done.
 * @param {object} bindings @returns {Record<string, (callback: () => void, ms: number) => NodeJS.Timeout>}
 */
function unrefTimers(bindings) {
  const names = Object.keys(bindings).filter((name) => name.startsWith('__wbg_setTimeout_'))
  return Object.fromEntries(names.map((name) => [name, (callback, ms) => setTimeout(callback, ms).unref()]))
}

/** The script of a migration holds this lock until its end, even if the command that sent it was killed. */
const SCRIPT_LOCK = 4_872_002
/** What Prisma records of a migration before its script runs. */
const UNFINISHED = 'finished_at IS NULL AND rolled_back_at IS NULL'

/**
 * Forgets migrations that did not finish, so that they run again: each script is one transaction, which was rolled back. Prisma
 * would refuse to migrate until `prisma migrate resolve` is run.
 * @param {import('pg').Client} client of the owner role, which holds the lock of migrations
 */
export async function forgetUnfinished(client) {
  const { rows } = await client.query(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists`)
  if (!rows[0].exists) return
  await client.query('SELECT pg_advisory_lock($1)', [SCRIPT_LOCK]) // waits for the script of a command that was killed
  await client.query('SELECT pg_advisory_unlock($1)', [SCRIPT_LOCK])
  await client.query(`DELETE FROM public._prisma_migrations WHERE ${UNFINISHED}`)
}

/**
 * Makes the adapter send a migration as one script, as Prisma's CLI does, so that PostgreSQL runs it in one transaction. By
 * default the adapter splits it at every semicolon, which breaks function bodies and comments. The same transaction records that
 * the migration is finished.
 * @param {import('@prisma/adapter-pg').PrismaPg} factory @param {(error: Error) => void} onError
 */
function sendingWholeScripts(factory, onError) {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    adapter.executeScript = async (script) => {
      const isMigration = !script.includes('_prisma_migrations') // otherwise Prisma creates that table
      try {
        await adapter.underlyingDriver().query(isMigration ? asTransaction(script) : script)
      } catch (error) {
        onError(/** @type {Error} */ (error))
        throw error
      }
    }
    return adapter
  }
  return factory
}

/** @param {string} script of a migration */
function asTransaction(script) {
  return `SELECT pg_advisory_xact_lock(${SCRIPT_LOCK});\n${script}\n;UPDATE public._prisma_migrations SET finished_at = now() WHERE ${UNFINISHED}`
}
