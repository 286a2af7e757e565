import 'server-only'
import { createHash, createHmac } from 'node:crypto'
import { env } from '@/lib/platform/env'
import { compareOnThread, hashOnThread } from './pool'

// Scheme 1: bcrypt(base64(HMAC-SHA-384(pepper, NFKC(password)))). The HMAC makes every character count, for bcrypt
// reads 72 bytes and no more; base64 keeps NUL out of it; the key, which is not in the database, makes a stolen
// table useless alone (ASVS 11.4.2, NIST SP 800-63B-4 3.1.1.2). 64 characters of base64 fit in the 72.
const SCHEME = '1'
const BCRYPT_COST = 12
const STORED = /^(\d+)\.([0-9a-f]{8})\.(.+)$/

/**
 * Makes what is stored of a password: `scheme.key.bcrypt`, the key by a fingerprint of the pepper used.
 * @throws HashingBusy when the queue is full
 */
export async function hashPassword(password: string): Promise<string> {
  const pepper = currentPepper()
  return `${SCHEME}.${fingerprint(pepper)}.${await hashOnThread(preHash(password, pepper), BCRYPT_COST)}`
}

/**
 * Judges a password against what was stored. With nothing stored it takes as long and says no, so that an unknown
 * address cannot be told from a known one by the clock (ASVS 6.3.8).
 * @returns whether it is right, and whether what is stored should be made anew, for the scheme, cost or key changed
 * @throws HashingBusy when the queue is full
 */
export async function comparePassword(
  password: string,
  stored: string | null | undefined,
): Promise<{ correct: boolean; outdated: boolean }> {
  const [, scheme, key, digest] = STORED.exec(stored ?? '') ?? []
  const pepper = env().PASSWORD_PEPPER.find((candidate) => fingerprint(candidate) === key)
  if (scheme !== SCHEME || !digest || !pepper) {
    await compareOnThread(preHash(password, currentPepper()), NOBODYS_DIGEST)
    return { correct: false, outdated: false }
  }
  const correct = await compareOnThread(preHash(password, pepper), digest)
  const outdated = pepper !== currentPepper() || !digest.startsWith(`$2b$${BCRYPT_COST}$`)
  return { correct, outdated }
}

// A digest of the current cost, of a password that nobody has.
const NOBODYS_DIGEST = '$2b$12$b0JidtJkxl./.iTARO/tkeAqoanDlY9aMPxJ6GcIHJN1fTR3Xubo6'

function preHash(password: string, pepper: string): string {
  return createHmac('sha384', pepper).update(password.normalize('NFKC')).digest('base64')
}

function currentPepper(): string {
  return env().PASSWORD_PEPPER[0] as string
}

function fingerprint(pepper: string): string {
  return createHash('sha256').update(`atrium password pepper\0${pepper}`).digest('hex').slice(0, 8)
}
