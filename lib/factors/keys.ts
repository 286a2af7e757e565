import 'server-only'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '@/lib/platform/env'

const VERSION = '1'
const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What a ciphertext is bound to. It cannot be decrypted in the row of another user, or for another purpose. */
export type Binding = { purpose: 'totp' | 'totp-enrollment' | 'recovery-codes'; userId: string }

/** Encrypts the secret of a factor with the first key in FACTOR_KEY (ASVS 11.3.3, 13.3.1). @returns `version.ciphertext` */
export function encryptSecret(secret: Uint8Array, binding: Binding): string {
  const [key = ''] = env().FACTOR_KEY
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, deriveKey(key), nonce).setAAD(boundData(binding))
  const text = Buffer.concat([cipher.update(secret), cipher.final()])
  return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
}

/**
 * Decrypts the result of {@link encryptSecret} with any key in FACTOR_KEY.
 * @returns the secret, and whether to encrypt it again because the first key is another one
 * @throws if no key matches, or the ciphertext was altered or belongs to another row
 */
export function decryptSecret(stored: string, binding: Binding): { secret: Buffer; isOutdated: boolean } {
  const [version, ciphertext = ''] = stored.split('.')
  for (const [index, key] of env().FACTOR_KEY.entries()) {
    try {
      if (version === VERSION) return { secret: decryptWith(key, Buffer.from(ciphertext, 'base64url'), binding), isOutdated: index > 0 }
    } catch {
      // encrypted with another key; the next one may match
    }
  }
  throw new Error('A second factor cannot be decrypted: it was altered, or FACTOR_KEY no longer contains the key it was encrypted with')
}

function decryptWith(key: string, bytes: Buffer, binding: Binding): Buffer {
  const decipher = createDecipheriv(ALGORITHM, deriveKey(key), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(boundData(binding)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
}

function deriveKey(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'atrium: second factors', 32))
}

function boundData({ purpose, userId }: Binding): Buffer {
  return Buffer.from(JSON.stringify([VERSION, purpose, userId]))
}
