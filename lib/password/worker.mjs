// What a hashing thread does. Plain JavaScript: a thread loads this file as it stands, past the bundler.
import bcrypt from 'bcryptjs'

/** @param {{ secret: string, cost: number }} task @returns {Promise<string>} */
export function hash({ secret, cost }) {
  return bcrypt.hash(secret, cost)
}

/** @param {{ secret: string, digest: string }} task @returns {Promise<boolean>} */
export function compare({ secret, digest }) {
  return bcrypt.compare(secret, digest)
}
