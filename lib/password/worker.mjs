// The code of a hashing thread. Plain JavaScript, because the thread loads this file without the bundler.

/** @typedef {'native' | 'javascript'} Engine */

/** @type {Record<Engine, () => Promise<{ hash: (secret: string, cost: number) => string, compare: (secret: string, digest: string) => boolean }>>} */
const ENGINES = {
  native: async () => {
    const { default: bcrypt } = await import('@node-rs/bcrypt')
    // Its hashes are labeled 2y, another name of 2b.
    const hash = (/** @type {string} */ secret, /** @type {number} */ cost) => bcrypt.hashSync(secret, cost).replace(/^\$2y\$/, '$2b$')
    return { hash, compare: (secret, digest) => bcrypt.verifySync(secret, digest) }
  },
  javascript: async () => {
    const { default: bcrypt } = await import('bcryptjs')
    return { hash: (secret, cost) => bcrypt.hashSync(secret, cost), compare: (secret, digest) => bcrypt.compareSync(secret, digest) }
  },
}

/** Hashes a secret. Both engines produce the same hashes. @param {{ secret: string, cost: number, engine: Engine }} task */
export async function hash({ secret, cost, engine }) {
  return (await ENGINES[engine]()).hash(secret, cost)
}

/** Compares a secret with its hash. @param {{ secret: string, digest: string, engine: Engine }} task */
export async function compare({ secret, digest, engine }) {
  return (await ENGINES[engine]()).compare(secret, digest)
}

/**
 * Chooses the native engine if its optional package is installed and runs here: it is faster.
 * @returns {Promise<{ engine: Engine, reason?: string }>} with the reason against the native one
 */
export async function chooseEngine() {
  try {
    await ENGINES.native()
    return { engine: 'native' }
  } catch (error) {
    return { engine: 'javascript', reason: error instanceof Error ? error.message : String(error) }
  }
}
