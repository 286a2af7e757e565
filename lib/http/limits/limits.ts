import 'server-only'
import { database } from '@/lib/platform/db'
import { type Counter, countersOf } from './counters'
import type { LimitSubject } from './keys'
import { RateLimited } from './rate-limited'
import type { LimitName } from './table'

const STALE_AFTER_MS = 60 * 60 * 1000

/**
 * Counts an attempt. Call it before expensive work. It counts first and compares afterward, so that fifty parallel
 * attempts count as fifty.
 * @param by what the limit is counted by; see `LIMITS`
 * @param count the number of attempts, such as one for each address in a list; if they exceed the limit, none is counted
 * @throws RateLimited if the limit is exceeded; DatabaseUnavailable if the count cannot be read
 */
export async function consumeLimit(limit: LimitName, by: LimitSubject, count = 1): Promise<void> {
  const consumed: Counter[] = []
  for (const counter of countersOf(limit, by)) {
    try {
      consumed.push(counter)
      await counter.consume(count)
    } catch (error) {
      if (error instanceof RateLimited && count > 1) for (const each of consumed) await each.refund(count)
      throw error
    }
  }
}

/** Subtracts an attempt that does not count: it succeeded, or could not be checked. */
export async function refundLimit(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.refund()
}

/** Resets the count, such as the count of failures after a success. */
export async function resetLimit(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.reset()
}

/** Deletes counters that expired at least an hour ago. @returns the number of counters deleted */
export function eraseStaleLimits(): Promise<number> {
  return database('job').$executeRaw`
    DELETE FROM limits WHERE expire < (extract(epoch FROM now()) * 1000)::bigint - ${STALE_AFTER_MS}`
}
