// Preloaded into a test server with `node --import`: its hashing threads run bcrypt at cost 4, because cost 12 takes 0.3 s of
// CPU time, and store the requested cost with the digest. Suites that measure time do not use it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const LOW_COST = 4
const COST_PREFIX = /^\$2b\$\d\d\$/

// The working directory of the standalone server's threads is its folder, which has its own packages.
const file = path.join(process.cwd(), 'node_modules', 'bcryptjs', 'index.js')
if (!isMainThread && existsSync(file)) {
  const { default: bcrypt } = await import(pathToFileURL(file).href)
  const { hash, compare } = bcrypt
  const prefix = (/** @type {number} */ cost) => `$2b$${String(cost).padStart(2, '0')}$`
  Object.assign(bcrypt, {
    hash: async (/** @type {string} */ secret, /** @type {number} */ cost) =>
      (await hash(secret, LOW_COST)).replace(COST_PREFIX, () => prefix(cost)),
    compare: (/** @type {string} */ secret, /** @type {string} */ digest) =>
      compare(
        secret,
        digest.replace(COST_PREFIX, () => prefix(LOW_COST)),
      ),
  })
}
