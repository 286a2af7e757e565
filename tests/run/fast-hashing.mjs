// Preloaded into a test server with `node --import`: its hashing threads run bcrypt at cost 4 instead of 12, which takes
// 0.3 s of a core, and store the digest under the cost that was asked for. Suites that measure time do without it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const LOW_COST = 4
const COST_PREFIX = /^\$2b\$\d\d\$/

// A thread of the standalone server has that server's folder as its working directory, with packages of its own.
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
