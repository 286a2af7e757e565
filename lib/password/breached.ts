import 'server-only'
import { createHash } from 'node:crypto'
import { BRAND } from '@/lib/brand'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'

const PREFIX_LENGTH = 5
const RESPONSE_TIMEOUT_MS = 1_500

/**
 * Returns whether a password appears in a known data breach (ASVS 6.2.12), if HIBP is on. It sends only the first five
 * characters of the password's SHA-1, which about a thousand breached passwords share. The response is padded, so that its
 * size reveals nothing.
 * @returns false if the service does not answer in time, so that people can still register
 */
export async function isBreachedPassword(password: string): Promise<boolean> {
  const { HIBP, HIBP_URL } = env()
  if (HIBP === 'off') return false
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  try {
    const response = await fetch(new URL(`/range/${hash.slice(0, PREFIX_LENGTH)}`, HIBP_URL), {
      headers: { 'add-padding': 'true', 'user-agent': BRAND.name },
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      cache: 'no-store',
      redirect: 'error',
    })
    if (!response.ok) throw new Error(`The service answered ${response.status}`)
    return includesSuffix(await response.text(), hash.slice(PREFIX_LENGTH))
  } catch (error) {
    log().warn({ reason: (error as Error).message }, 'a new password could not be checked against data breaches')
    return false
  }
}

/** Searches the response, whose lines are the rest of a hash and its number of occurrences, which is 0 for padding. */
function includesSuffix(body: string, suffix: string): boolean {
  return body.split('\n').some((line) => {
    const [candidate, count] = line.trim().split(':')
    return candidate?.toUpperCase() === suffix && Number(count) > 0
  })
}
