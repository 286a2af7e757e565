// The code of a hashing thread. Plain JavaScript, because the thread loads this file without the bundler.
import bcrypt from 'bcryptjs'

/** Hashes a secret. @param {{ secret: string, cost: number }} task @returns {Promise<string>} */
export function hash({ secret, cost }) {
  return bcrypt.hash(secret, cost)
}

/** Compares a secret with its hash. @param {{ secret: string, digest: string }} task @returns {Promise<boolean>} */
export function compare({ secret, digest }) {
  return bcrypt.compare(secret, digest)
}
