import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, type Tx } from './db'
import { rows } from './rows'
import { telemetry } from './telemetry/telemetry'

/** Every job, with its payload. A queued job may run under a later release, so add fields and keep existing ones. */
export type Jobs = {
  'send-mail': { id: string; to: string; template: string; ciphertext: string }
  'erase-account': { accountId: string }
  clean: Record<string, never>
  'handle-webhook': { id: string; type: string; data: Record<string, unknown> }
  'append-to-chain': Record<string, never>
  'reset-factors': { userId: string }
}

export type JobName = keyof Jobs

/**
 * Queues a job in the transaction that causes it: both commit, or neither. The job runs after the commit, at least once. If it
 * throws, the worker retries it with growing delays.
 * @param runAt the earliest time to run; as soon as possible if omitted
 * @param priority of the jobs that are due, the one with the lowest number runs first; 0 if omitted
 */
export function queueJob<N extends JobName>(tx: Tx, name: N, payload: Jobs[N], options: JobOptions = {}): Promise<void> {
  return queueJobs(tx, name, [payload], options)
}

type JobOptions = {
  runAt?: Date
  priority?: number
  /** a statement that is run with the jobs, such as the INSERT of what they are about */
  with?: Prisma.Sql
  /** whether the jobs are queued only if that statement returns true in `allowed` */
  ifAllowed?: boolean
}

/** The field of a payload with the W3C trace context of what queued the job. */
export const TRACEPARENT = 'traceparent'

/** Queues one job for each payload, in one statement. */
export async function queueJobs<N extends JobName>(
  tx: Tx,
  name: N,
  payloads: readonly Jobs[N][],
  { runAt, priority, with: also, ifAllowed = false }: JobOptions = {},
): Promise<void> {
  if (!payloads.length) return
  const traceparent = telemetry()?.traceparent()
  const traced = traceparent ? payloads.map((payload) => ({ ...payload, [TRACEPARENT]: traceparent })) : payloads
  await tx.$queryRaw`
    ${also ? Prisma.sql`WITH also AS (${also})` : Prisma.empty}
    SELECT count(*)::int AS queued FROM graphile_worker.add_jobs(ARRAY(
      SELECT (${name}, payload, NULL, ${runAt ?? null}::timestamptz, NULL, NULL, ${priority ?? null}::int, NULL)::graphile_worker.job_spec
      FROM json_array_elements(${JSON.stringify(traced)}::json) AS payload
      ${ifAllowed ? Prisma.sql`WHERE (SELECT allowed FROM also)` : Prisma.empty}
    ))`
}

/**
 * Restarts jobs that have no retries left.
 * @returns the number of jobs restarted
 */
export async function resumeJobs(name: JobName): Promise<number> {
  const [resumed] = await rows(
    database('job'),
    z.object({ count: z.int() }),
    Prisma.sql`
      SELECT count(*)::int FROM graphile_worker.reschedule_jobs(ARRAY(
        SELECT jobs.id FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
        WHERE tasks.identifier = ${name} AND jobs.attempts >= jobs.max_attempts
      ), run_at := now(), attempts := 0)`,
  )
  return resumed?.count ?? 0
}

const queueRow = z.object({ lag: z.number(), idle: z.number(), due: z.int(), dead: z.int() })

/**
 * Returns one row:
 * - `lag`: for how many seconds the oldest due job has waited
 * - `idle`: how many seconds ago a worker last queued a scheduled job. Without a worker, none is queued, so none is ever due
 * - `due`, `dead`: how many jobs are due, or have no retries left
 */
export function measureQueue(): Promise<z.output<typeof queueRow>[]> {
  return rows(
    database('job'),
    queueRow,
    Prisma.sql`
      SELECT coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE run_at <= now() AND attempts < max_attempts)), 0)::float8 AS lag,
             (SELECT extract(epoch FROM now() - coalesce(max(coalesce(last_execution, known_since)), (SELECT max(ts) FROM graphile_worker.migrations)))::float8
                FROM graphile_worker._private_known_crontabs) AS idle,
             (count(*) FILTER (WHERE run_at <= now() AND attempts < max_attempts))::int AS due,
             (count(*) FILTER (WHERE attempts >= max_attempts))::int AS dead
        FROM graphile_worker._private_jobs`,
  )
}
