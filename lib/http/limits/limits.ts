import 'server-only'
import { database } from '@/lib/platform/db'
import { countersOf } from './counters'
import type { LimitSubject } from './keys'
import type { LimitName } from './table'
import { RateLimited } from './too-soon'

const STALE_AFTER_MS = 60 * 60 * 1000

/**
 * Counts a try, before anything that costs. Counted first and judged then: fifty at once are fifty.
 * @param by whom or what it is about: as much as lib/http/limits/table.ts says that the limit is counted by
 * @param count how many it is, such as one for each address of a list; none of them counts when they are too many
 * @throws RateLimited when the limit is reached; DatabaseUnavailable when it cannot be known
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

/** Counts a try back that turned out not to be one: it was right, or nobody had the time to judge it. */
export async function giveBack(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.giveBack()
}

/** Forgets what was counted, as a try that succeeds does with the failures before it. */
export async function reset(limit: LimitName, by: LimitSubject): Promise<void> {
  for (const counter of countersOf(limit, by)) await counter.clear()
}

/** Takes away the counts that have ended an hour ago or more. For a job: nothing else waits for it. @returns how many */
export function eraseStaleLimits(): Promise<number> {
  return database('job').$executeRaw`
    DELETE FROM limits WHERE expire < (extract(epoch FROM now()) * 1000)::bigint - ${STALE_AFTER_MS}`
}
