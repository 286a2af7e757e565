// Computes what PostgreSQL stores for a password, so that the password itself is never sent: statements can end up in logs.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { CliError } from '../lib/platform/cli.mjs'

const ITERATIONS = 4096 // PostgreSQL's own number (scram_iterations)
const SALT_BYTES = 16
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/

/**
 * Computes the SCRAM-SHA-256 verifier of a password (RFC 5802, RFC 7677), in the format of `pg_authid.rolpassword`.
 * @param {string} password printable ASCII, which SASLprep leaves as it is
 * @param {Buffer} [salt]
 * @returns {string}
 * @throws {CliError} if the password has other characters
 */
export function scramVerifier(password, salt = randomBytes(SALT_BYTES)) {
  if (!PRINTABLE_ASCII.test(password)) throw new CliError('The password of a database role must consist of printable ASCII characters.')
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const keyOf = (/** @type {string} */ name) => createHmac('sha256', salted).update(name).digest()
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`
}
