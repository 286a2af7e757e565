import 'server-only'
import { createHash, createHmac } from 'node:crypto'
import type { RequestInfo } from '@/lib/http/request-info'
import { env } from '@/lib/platform/env'
import { compareOnThread, hashOnThread } from './pool'

// Scheme 1: bcrypt(base64(HMAC-SHA-384(pepper, NFKC(password)))). bcrypt reads only 72 bytes, so the HMAC makes every
// character count; base64 avoids NUL bytes, and its 64 characters fit in the 72. The key is not in the database, so a stolen
// table is useless on its own (ASVS 11.4.2, NIST SP 800-63B-4 3.1.1.2).
const SCHEME = '1'
const BCRYPT_COST = 12
const STORED = /^(\d+)\.([0-9a-f]{8})\.(.+)$/

/**
 * Hashes a password for storage.
 * @param request whose client waits for its turn in the hashing queue
 * @returns `scheme.key.bcrypt`, where `key` is a fingerprint of the pepper
 * @throws HashingBusy if the queue is full
 */
export async function hashPassword(password: string, request: RequestInfo): Promise<string> {
  const pepper = currentPepper()
  return `${SCHEME}.${fingerprint(pepper)}.${await hashOnThread(preHash(password, pepper), BCRYPT_COST, request)}`
}

/**
 * Compares a password with a stored hash. Without a stored hash it returns false after the same time, so that response times
 * do not reveal whether an email is registered (ASVS 6.3.8).
 * @returns whether it is correct, and whether to hash it again because the cost or the pepper has changed
 * @throws HashingBusy if the queue is full
 */
export async function comparePassword(
  password: string,
  stored: string | null | undefined,
  request: RequestInfo,
): Promise<{ correct: boolean; outdated: boolean }> {
  const [, scheme, key, digest] = STORED.exec(stored ?? '') ?? []
  const pepper = env().PASSWORD_PEPPER.find((candidate) => fingerprint(candidate) === key)
  if (scheme !== SCHEME || !digest || !pepper) {
    await compareOnThread(preHash(password, currentPepper()), DUMMY_DIGEST, request)
    return { correct: false, outdated: false }
  }
  const correct = await compareOnThread(preHash(password, pepper), digest, request)
  const outdated = pepper !== currentPepper() || !digest.startsWith(`$2b$${BCRYPT_COST}$`)
  return { correct, outdated }
}

// A digest with the current cost, which no password matches.
const DUMMY_DIGEST = '$2b$12$b0JidtJkxl./.iTARO/tkeAqoanDlY9aMPxJ6GcIHJN1fTR3Xubo6'

function preHash(password: string, pepper: string): string {
  return createHmac('sha384', pepper).update(password.normalize('NFKC')).digest('base64')
}

function currentPepper(): string {
  return env().PASSWORD_PEPPER[0] as string
}

function fingerprint(pepper: string): string {
  return createHash('sha256').update(`atrium password pepper\0${pepper}`).digest('hex').slice(0, 8)
}
