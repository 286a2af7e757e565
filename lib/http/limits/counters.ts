import 'server-only'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { database } from '@/lib/platform/db'
import { keyOf, type LimitSubject } from './keys'
import { type Allowance, type CountedBy, LIMITS, type LimitName } from './table'
import { RateLimited } from './too-soon'

/** One count of a limit, in the table that all servers share. */
export type Counter = {
  /** Counts, and only then judges, so that many at once are as many. @throws RateLimited when that is over the limit */
  spend: (count?: number) => Promise<void>
  /** Counts back what turned out not to count. */
  giveBack: (count?: number) => Promise<void>
  /** How many are counted, and for how long yet; null when none are. */
  look: () => Promise<{ count: number; retryAfterSeconds: number } | null>
  /** Puts a count in the place of the one that was, from now on. */
  put: (count: number, seconds: number) => Promise<void>
  clear: () => Promise<void>
}

/** @returns the counts of a limit, in the order of the table */
export function countersOf(limit: LimitName, by: LimitSubject): Counter[] {
  return (Object.keys(LIMITS[limit]) as CountedBy[]).map((counted) => counterOf(limit, counted, by))
}

/** @returns one of the counts of a limit */
export function counterOf(limit: LimitName, counted: CountedBy, by: LimitSubject): Counter {
  const [limiter, key] = [limiterOf(limit, counted), keyOf(limit, counted, by)]
  return {
    spend: async (count = 1) => {
      try {
        await limiter.consume(key, count)
      } catch (error) {
        throw error instanceof RateLimiterRes ? new RateLimited(limit, secondsUntil(error)) : error
      }
    },
    giveBack: async (count = 1) => void (await limiter.reward(key, count)),
    look: async () => {
      const found = await limiter.get(key)
      return found && { count: found.consumedPoints, retryAfterSeconds: secondsUntil(found) }
    },
    put: async (count, seconds) => void (await limiter.set(key, count, seconds)),
    clear: async () => void (await limiter.delete(key)),
  }
}

function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000))
}

const limiters = new Map<string, RateLimiterPostgres>()

function limiterOf(limit: LimitName, counted: CountedBy): RateLimiterPostgres {
  const keyPrefix = `${limit}:${counted}`
  const known = limiters.get(keyPrefix)
  if (known) return known
  const { points, seconds } = (LIMITS[limit] as Partial<Record<CountedBy, Allowance>>)[counted] as Allowance
  const limiter = new RateLimiterPostgres({
    storeClient: { query },
    storeType: 'client',
    tableName: 'limits',
    tableCreated: true, // by our own migration: the role that serves may make no tables
    clearExpiredByTimeout: false, // eraseStaleLimits does
    keyPrefix,
    points,
    duration: seconds,
  })
  limiters.set(keyPrefix, limiter)
  return limiter
}

type Row = { points?: number; expire?: bigint | null }

/** The request as the limiter wants to see it. It counts in numbers of milliseconds, where PostgreSQL's are wider. */
async function query({ text, values = [] }: { text: string; values?: (string | number | null)[] }) {
  const wide = values.map((value) => (typeof value === 'number' ? BigInt(value) : value))
  const found = await database().$queryRawUnsafe<Row[]>(text, ...wide)
  const rows = found.map((row) => ({ ...row, expire: row.expire == null ? null : Number(row.expire) }))
  return { rows, rowCount: rows.length }
}
