import 'server-only'
import type { QueryConfig } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { connectionPool } from '@/lib/platform/db'
import { rethrowDatabaseError } from '@/lib/platform/db-errors'
import { keyOf, type LimitSubject } from './keys'
import { RateLimited } from './rate-limited'
import { type Allowance, type CountedBy, LIMITS, type LimitName } from './table'

/** A counter of a limit, in a table that all servers share. Each method throws DatabaseUnavailable if it cannot be reached. */
export type Counter = {
  /** Adds to the count, then compares it, so that parallel attempts all count. @throws RateLimited if it exceeds the limit */
  consume: (count?: number) => Promise<void>
  /** Subtracts attempts that turned out not to count. */
  refund: (count?: number) => Promise<void>
  /** Returns the count and the seconds until it expires; null if nothing is counted. */
  read: () => Promise<{ count: number; retryAfterSeconds: number } | null>
  /** Replaces the count. It expires after this number of seconds. */
  set: (count: number, seconds: number) => Promise<void>
  /** Deletes the count. */
  reset: () => Promise<void>
}

/** Returns the counters of a limit, in the order of `LIMITS`. */
export function countersOf(limit: LimitName, by: LimitSubject): Counter[] {
  return (Object.keys(LIMITS[limit]) as CountedBy[]).map((counted) => counterOf(limit, counted, by))
}

/** Returns one counter of a limit. */
export function counterOf(limit: LimitName, counted: CountedBy, by: LimitSubject): Counter {
  const [limiter, key] = [limiterOf(limit, counted), keyOf(limit, counted, by)]
  const onError = (error: unknown): never => {
    if (error instanceof RateLimiterRes) throw new RateLimited(limit, secondsUntil(error))
    return rethrowDatabaseError(error)
  }
  return {
    consume: async (count = 1) => void (await limiter.consume(key, count).catch(onError)),
    refund: async (count = 1) => void (await limiter.reward(key, count).catch(onError)),
    read: async () => {
      const found = await limiter.get(key).catch(onError)
      return found && { count: found.consumedPoints, retryAfterSeconds: secondsUntil(found) }
    },
    set: async (count, seconds) => void (await limiter.set(key, count, seconds).catch(onError)),
    reset: async () => void (await limiter.delete(key).catch(onError)),
  }
}

function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000))
}

/**
 * Sends the library's statements without their names. A named statement is prepared in one connection, and PgBouncer may send
 * its next use to another.
 */
const withoutNames = { query: ({ text, values }: QueryConfig) => connectionPool().query(text, values) }

const limiters = new Map<string, RateLimiterPostgres>()

function limiterOf(limit: LimitName, counted: CountedBy): RateLimiterPostgres {
  const keyPrefix = `${limit}:${counted}`
  const known = limiters.get(keyPrefix)
  if (known) return known
  const { points, seconds } = (LIMITS[limit] as Partial<Record<CountedBy, Allowance>>)[counted] as Allowance
  const limiter = new RateLimiterPostgres({
    storeClient: withoutNames,
    storeType: 'pool',
    tableName: 'limits',
    tableCreated: true, // by a migration: the runtime role cannot create tables
    clearExpiredByTimeout: false, // the job `clean` calls eraseStaleLimits
    keyPrefix,
    points,
    duration: seconds,
  })
  limiters.set(keyPrefix, limiter)
  return limiter
}
