import 'server-only'
import { createHash } from 'node:crypto'
import { BRAND } from '@/lib/brand'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'

const PREFIX_LENGTH = 5
const ANSWER_TIMEOUT_MS = 1_500

/**
 * Whether a password is known from a leak (ASVS 6.2.12), where HIBP is on. All that leaves this server is five characters of
 * its SHA-1, which some thousand known passwords share; the answer is padded, so that its size tells no more.
 * @returns false when nobody could say in time: that people can register matters more, and the offline list has been asked
 */
export async function isBreachedPassword(password: string): Promise<boolean> {
  const { HIBP, HIBP_URL } = env()
  if (HIBP === 'off') return false
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  try {
    const response = await fetch(new URL(`/range/${hash.slice(0, PREFIX_LENGTH)}`, HIBP_URL), {
      headers: { 'add-padding': 'true', 'user-agent': BRAND.name },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      cache: 'no-store',
    })
    if (!response.ok) throw new Error(`The answer was ${response.status}`)
    return isAmong(await response.text(), hash.slice(PREFIX_LENGTH))
  } catch (error) {
    log().warn({ reason: (error as Error).message }, 'a new password could not be looked up among those from leaks')
    return false
  }
}

/** Each line is the rest of a hash and how often it was seen; what only pads the answer was never seen. */
function isAmong(answer: string, rest: string): boolean {
  return answer.split('\n').some((line) => {
    const [suffix, count] = line.trim().split(':')
    return suffix?.toUpperCase() === rest && Number(count) > 0
  })
}
