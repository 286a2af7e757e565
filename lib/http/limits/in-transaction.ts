import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { type Message, message } from '@/lib/messages'
import { limitReached, type Refusal } from '@/lib/outcome'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { keyOf, type LimitSubject } from './keys'
import { type Allowance, type CountedBy, LIMITS } from './table'

/** The limits that {@link countInTransaction} counts. */
type TransactionLimit = 'invitation-mail' | 'ownership-offer-mail' | 'new-device-mail' | 'notice-mail' | 'account'

const counterRow = z.object({ key: z.string(), points: z.int(), seconds: z.number() })

const EMAILS_NAMED = 3

/**
 * Counts attempts in the transaction that makes them: if that rolls back, nothing is counted. Parallel transactions with the
 * same subject wait for each other, so that each attempt counts.
 * @param subjects one for each attempt, such as the recipients of an email
 * @returns the subjects whose limit is exceeded, and the seconds until none of them is
 */
export async function countInTransaction<Subject extends LimitSubject>(
  tx: Tx,
  limit: TransactionLimit,
  subjects: Subject[],
): Promise<{ exceeded: Subject[]; retryAfterSeconds: number }> {
  const byKey = new Map(subjects.map((subject) => [counterKey(limit, subject), subject]))
  const returning = Prisma.sql`key, points, (expire / 1000.0 - extract(epoch FROM clock_timestamp()))::float8 AS seconds`
  const counters = await rows(tx, counterRow, Prisma.sql`${insertCounters(limit, [...byKey.keys()])} RETURNING ${returning}`)
  const over = counters.filter((counter) => counter.points > allowanceOf(limit)[1].points)
  return {
    exceeded: over.flatMap(({ key }) => byKey.get(key) ?? []),
    retryAfterSeconds: Math.max(1, ...over.map((counter) => Math.ceil(counter.seconds))),
  }
}

/**
 * Returns a statement that counts one attempt as {@link countInTransaction} does, to be run with what it limits. Its one row says
 * in `allowed` whether the limit is kept.
 */
export function countAttempt(limit: TransactionLimit, subject: LimitSubject): Prisma.Sql {
  const { points } = allowanceOf(limit)[1]
  return Prisma.sql`${insertCounters(limit, [counterKey(limit, subject)])} RETURNING points <= ${points}::int AS allowed`
}

function insertCounters(limit: TransactionLimit, keys: string[]): Prisma.Sql {
  const windowMs = allowanceOf(limit)[1].seconds * 1000
  return Prisma.sql`
    INSERT INTO limits AS counter (key, points, expire)
    SELECT key, 1, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + ${windowMs}::bigint
      FROM unnest(${keys}::text[]) AS key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN counter.expire > excluded.expire - ${windowMs}::bigint THEN counter.points + 1 ELSE 1 END,
      expire = CASE WHEN counter.expire > excluded.expire - ${windowMs}::bigint THEN counter.expire ELSE excluded.expire END`
}

function counterKey(limit: TransactionLimit, subject: LimitSubject): string {
  const [counted] = allowanceOf(limit)
  return `${limit}:${counted}:${keyOf(limit, counted, subject)}`
}

function allowanceOf(limit: TransactionLimit): [CountedBy, Allowance] {
  const [[counted, allowance]] = Object.entries(LIMITS[limit]) as [[CountedBy, Allowance]]
  return [counted, allowance]
}

/** Counts an email to each recipient as {@link countInTransaction} does. @returns the refusal if a limit is exceeded, for the transaction to end with */
export async function refuseMails(tx: Tx, limit: TransactionLimit, emails: string[]): Promise<Refusal | undefined> {
  const recipients = emails.map((email) => ({ email }))
  const { exceeded, retryAfterSeconds } = await countInTransaction(tx, limit, recipients)
  if (!exceeded.length) return undefined
  return limitReached(
    limit,
    tooManyMails(
      exceeded.map(({ email }) => email),
      retryAfterSeconds,
    ),
  )
}

function tooManyMails(emails: string[], seconds: number): Message {
  const named = emails.slice(0, EMAILS_NAMED)
  return message('recipient-limited', { emails: named.join(', '), more: emails.length - named.length, seconds })
}
