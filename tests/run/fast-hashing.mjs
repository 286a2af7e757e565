// Preloaded into a test server with `node --import`: its hashing threads run bcrypt at cost 4, because cost 12 takes 0.3 s of
// CPU time, and store the requested cost with the digest. Suites that measure time do not use it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const LOW_COST = 4
const COST_PREFIX = /^\$2[by]\$\d\d\$/

if (!isMainThread) {
  // The working directory of the standalone server's threads is its folder, which has its own packages.
  const packages = path.join(process.cwd(), 'node_modules')
  const native = await load(path.join(packages, '@node-rs', 'bcrypt', 'index.js'))
  if (native) speedUp(native, 'verifySync')
  const javascript = await load(path.join(packages, 'bcryptjs', 'index.js'))
  if (javascript) speedUp(javascript, 'compareSync')
}

/** @param {string} file of an engine @returns {Promise<Record<string, (...args: any[]) => any> | undefined>} undefined if it is not installed */
async function load(file) {
  return existsSync(file) ? (await import(pathToFileURL(file).href)).default : undefined
}

/** @param {Record<string, (...args: any[]) => any>} engine of `lib/password/worker.mjs` @param {string} compareName */
function speedUp(engine, compareName) {
  const { hashSync, [compareName]: compare } = engine
  if (!hashSync || !compare) return
  const prefix = (/** @type {number} */ cost) => `$2b$${String(cost).padStart(2, '0')}$`
  engine.hashSync = (secret, cost) => hashSync(secret, LOW_COST).replace(COST_PREFIX, () => prefix(cost))
  engine[compareName] = (secret, digest) =>
    compare(
      secret,
      digest.replace(COST_PREFIX, () => prefix(LOW_COST)),
    )
}
