// Prisma's schema engine in WebAssembly, which needs no download.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { say } from '../lib/platform/cli.mjs'

/** Opens Prisma's schema engine on a database. The caller must call `close`. @param {string} url */
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
    { datamodels: [['schema.prisma', readFileSync(path.join(import.meta.dirname, 'schema.prisma'), 'utf8')]] },
    (/** @type {string} */ line) => void line, // its log is not needed: errors are thrown
    bindMigrationAwareSqlAdapterFactory(sendingWholeScripts(new PrismaPg(pool))),
  )
  const close = async () => {
    engine.free()
    await pool.end()
  }
  return { engine, close }
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

/**
 * Makes the adapter send a migration as one script, as Prisma's CLI does, so that PostgreSQL runs it in one transaction. By
 * default the adapter splits it at every semicolon, which breaks function bodies and comments.
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
