import 'server-only'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '@/lib/platform/env'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A mail as it waits in the database. What it says is encrypted: it carries links that open things, and a copy of the
 * database must open nothing (ASVS 11.3.3, 14.2.1). Whom it is for and which letter it is can be read by an operator.
 */
export type EncryptedMail = { id: string; to: string; template: string; sealed: string }

/** Encrypts what a mail says, bound to its id, recipient and template. */
export function encryptPayload(head: Omit<EncryptedMail, 'sealed'>, content: unknown): EncryptedMail {
  const [secret = ''] = env().AUTH_SECRET
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyFrom(secret), nonce).setAAD(boundTo(head))
  const text = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()])
  return { ...head, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') }
}

/**
 * Opens what {@link encryptPayload} closed, under any of the secrets that are accepted now.
 * @throws when none of them fits, or anything about the mail was altered
 */
export function decryptPayload(mail: EncryptedMail): unknown {
  for (const secret of env().AUTH_SECRET) {
    try {
      return openUnder(secret, mail)
    } catch {
      // closed under another secret: the next one may fit
    }
  }
  throw new Error('A waiting mail cannot be opened: it was queued under an AUTH_SECRET that is not accepted any more, or altered')
}

function openUnder(secret: string, mail: EncryptedMail): unknown {
  const bytes = Buffer.from(mail.sealed, 'base64')
  const decipher = createDecipheriv(ALGORITHM, keyFrom(secret), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(mail)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return JSON.parse(decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8'))
}

function keyFrom(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'atrium: waiting mail', 32))
}

function boundTo({ id, to, template }: Omit<EncryptedMail, 'sealed'>): Buffer {
  return Buffer.from(JSON.stringify([id, to, template]))
}
