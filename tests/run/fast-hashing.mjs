// Preloaded into a test server with `node --import`: its hashing threads run bcrypt at cost 4, because cost 12 takes 0.3 s of
// CPU time, and store the requested cost with the digest. Suites that measure time do not use it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const LOW_COST = 4
const COST_PREFIX = /^\$2b\$\d\d\$/

if (!isMainThread) {
  // The working directory of the standalone server's threads is its folder, which has its own packages.
  const packages = path.join(process.cwd(), 'node_modules')
  const native = await load(path.join(packages, '@node-rs', 'bcrypt', 'index.js'))
  if (native) speedUp(native, 'verifySync', { cost: LOW_COST }, ({ cost }) => cost)
  const javascript = await load(path.join(packages, 'bcryptjs', 'index.js'))
  if (javascript) speedUp(javascript, 'compareSync', LOW_COST, (cost) => cost)
}

/** @param {string} file of an engine @returns {Promise<Record<string, (...args: any[]) => any> | undefined>} undefined if it is not installed */
async function load(file) {
  return existsSync(file) ? (await import(pathToFileURL(file).href)).default : undefined
}

/**
 * @param {Record<string, (...args: any[]) => any>} engine of `lib/password/worker.mjs` @param {string} compareName
 * @param {unknown} low the option of `hashSync` for the low cost @param {(option: any) => number} costOf the cost in such an option
 */
function speedUp(engine, compareName, low, costOf) {
  const { hashSync, [compareName]: compare } = engine
  if (!hashSync || !compare) return
  const prefix = (/** @type {number} */ cost) => `$2b$${String(cost).padStart(2, '0')}$`
  engine.hashSync = (secret, option) => hashSync(secret, low).replace(COST_PREFIX, () => prefix(costOf(option)))
  engine[compareName] = (secret, digest) =>
    compare(
      secret,
      digest.replace(COST_PREFIX, () => prefix(LOW_COST)),
    )
}
