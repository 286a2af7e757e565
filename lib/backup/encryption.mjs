// Encryption of backups: AES-256-GCM with a separate key for each file, derived from BACKUP_KEY (HKDF, RFC 5869).
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { CliError } from '../platform/cli.mjs'

const MAGIC = Buffer.from('ATRIUM-BACKUP-1\n')
const SALT_BYTES = 32
const CHECK_BYTES = 16
const TAG_BYTES = 16
const HEADER_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES
const IV = Buffer.alloc(12) // the key is used for one file only
const KEY_MIN_BYTES = 32

/**
 * Reads the keys of BACKUP_KEY.
 * @param {string | undefined} value one or several, separated by commas; the first encrypts, all are tried to decrypt
 * @returns {Buffer[]} none if it is not set
 * @throws {CliError} if one is too short
 */
export function readKeys(value) {
  const keys = (value ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
  if (keys.some((key) => key.length < KEY_MIN_BYTES)) {
    throw new CliError('BACKUP_KEY must be 32 random bytes or more, for example from `openssl rand -base64 33`.')
  }
  return keys.map((key) => Buffer.from(key))
}

/**
 * Returns a transform that encrypts what passes, and adds a header and the authentication tag.
 * @param {Buffer} key
 * @returns {(source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>}
 */
export function encryptWith(key) {
  return async function* encrypt(source) {
    const salt = randomBytes(SALT_BYTES)
    yield Buffer.concat([MAGIC, salt, checkOf(key, salt)])
    const cipher = createCipheriv('aes-256-gcm', fileKeyOf(key, salt), IV)
    for await (const chunk of source) yield cipher.update(chunk)
    yield cipher.final()
    yield cipher.getAuthTag()
  }
}

/**
 * Opens a backup, encrypted or not. Reading to the end throws if the file was changed or cut off, so commit only after it.
 * @param {string} file @param {Buffer[]} keys
 * @returns {Promise<AsyncIterable<Buffer>>}
 * @throws {CliError} if it cannot be read, or no key fits
 */
export async function openBackup(file, keys) {
  const handle = await open(file).catch((/** @type {Error} */ error) => {
    throw new CliError(`The backup ${file} cannot be read: ${error.message}`)
  })
  const header = Buffer.alloc(HEADER_BYTES)
  const tag = Buffer.alloc(TAG_BYTES)
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    throw new CliError(`The backup ${file} is not a file. Name the file of the backup.`)
  }
  const { size } = stats
  await handle.read(header, 0, HEADER_BYTES, 0)
  await handle.read(tag, 0, TAG_BYTES, Math.max(0, size - TAG_BYTES))
  await handle.close()
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return createReadStream(file)
  const end = size - TAG_BYTES - 1
  if (end < HEADER_BYTES) throw new CliError(`The backup ${file} is cut off. Nothing was restored. Use another backup.`)
  const salt = header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES)
  const key = keys.find((each) => timingSafeEqual(checkOf(each, salt), header.subarray(MAGIC.length + SALT_BYTES)))
  if (!key) throw new CliError(`The backup ${file} is encrypted with a key that BACKUP_KEY does not have. Set BACKUP_KEY to that key.`)
  return decrypt(createReadStream(file, { start: HEADER_BYTES, end }), fileKeyOf(key, salt), tag)
}

/** @param {AsyncIterable<Buffer>} source @param {Buffer} key @param {Buffer} tag */
async function* decrypt(source, key, tag) {
  const decipher = createDecipheriv('aes-256-gcm', key, IV, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(tag)
  for await (const chunk of source) yield decipher.update(chunk)
  yield decipher.final() // throws if the tag does not match
}

/** @param {Buffer} key @param {Buffer} salt */
function fileKeyOf(key, salt) {
  return Buffer.from(hkdfSync('sha256', key, salt, 'atrium backup', 32))
}

/** Returns a value that identifies the key of a file without revealing it. @param {Buffer} key @param {Buffer} salt */
function checkOf(key, salt) {
  return createHmac('sha256', key).update('atrium backup key').update(salt).digest().subarray(0, CHECK_BYTES)
}
