import 'server-only'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '@/lib/platform/env'
import type { Jobs } from '@/lib/platform/queue'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * An email as it is queued in the database. The props are encrypted because they contain links with tokens, and a leaked
 * database must not reveal a working token (ASVS 11.3.3, 14.2.1). Operators can read the recipient and the template.
 */
export type EncryptedMail = Jobs['send-mail']

/** Encrypts an email's props. The ciphertext is bound to the id, recipient, and template. */
export function encryptPayload(head: Omit<EncryptedMail, 'ciphertext'>, props: unknown): EncryptedMail {
  const [secret = ''] = env().AUTH_SECRET
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, deriveKey(secret), nonce).setAAD(boundData(head))
  const text = Buffer.concat([cipher.update(JSON.stringify(props), 'utf8'), cipher.final()])
  return { ...head, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') }
}

/**
 * Decrypts the result of {@link encryptPayload} with any secret in AUTH_SECRET.
 * @throws if no secret matches or any part of the email was altered
 */
export function decryptPayload(mail: EncryptedMail): unknown {
  for (const secret of env().AUTH_SECRET) {
    try {
      return decryptWith(secret, mail)
    } catch {
      // encrypted with another secret; the next one may match
    }
  }
  throw new Error('A queued email cannot be decrypted: it was altered, or AUTH_SECRET no longer contains the secret it was encrypted with')
}

function decryptWith(secret: string, mail: EncryptedMail): unknown {
  const bytes = Buffer.from(mail.ciphertext, 'base64')
  const decipher = createDecipheriv(ALGORITHM, deriveKey(secret), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(boundData(mail)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return JSON.parse(decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8'))
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'atrium: queued mail', 32))
}

function boundData({ id, to, template }: Omit<EncryptedMail, 'ciphertext'>): Buffer {
  return Buffer.from(JSON.stringify([id, to, template]))
}
