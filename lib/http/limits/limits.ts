import 'server-only'
import { database } from '@/lib/platform/db'
import { countersOf } from './counters'
import type { LimitSubject } from './keys'
import type { LimitName } from './table'
import { RateLimited } from './too-soon'

const STALE_AFTER_MS = 60 * 60 * 1000

/**
 * Counts an attempt; call it before the costly work. It counts first and compares afterwards, so that fifty parallel
 * attempts count as fifty.
 * @param by what the limit is counted by; see `LIMITS`
 * @param count the number of attempts, such as one for each address of a list; if they exceed the limit, none is counted
 * @throws RateLimited if the limit is exceeded; DatabaseUnavailable if the count cannot be read
 */
export async function spend(limit: LimitName, by: LimitSubject, count = 1): Promise<void> {
  const spent = []
  for (const counter of countersOf(limit, by)) {
    try {
      spent.push(counter)
      await counter.spend(count)
    } catch (error) {
      if (error instanceof RateLimited && count > 1) for (const each of spent) await each.giveBack(count)
      throw error
    }
  }
}

/** Subtracts an attempt that does not count: it succeeded, or could not be checked. */
export async function giveBack(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.giveBack()
}

/** Resets the count, for example of failures after a success. */
export async function reset(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.clear()
}

/** Erases counters that expired at least an hour ago. @returns the number of counters erased */
export function eraseStaleLimits(): Promise<number> {
  return database('job').$executeRaw`
    DELETE FROM limits WHERE expire < (extract(epoch FROM now()) * 1000)::bigint - ${STALE_AFTER_MS}`
}
