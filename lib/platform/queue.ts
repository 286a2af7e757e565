import 'server-only'
import { database, type Tx } from '@/lib/platform/db'
import type { EncryptedMail } from '@/lib/platform/mail/payload'

/** Every job there is, and what it is told. Payloads outlive a release: add fields, and leave those that are there. */
export type Jobs = {
  'send-mail': EncryptedMail
  'erase-account': { accountId: string }
  clean: Record<string, never>
  'seal-trails': Record<string, never>
}

export type JobName = keyof Jobs

/**
 * Queues a job in the transaction of its cause: both commit, or neither. It runs after the commit, at least once, and is
 * tried again, later and later, when it throws.
 * @param runAt not before then; at once when it is left out
 */
export function queueJob<N extends JobName>(tx: Tx, name: N, payload: Jobs[N], options: { runAt?: Date } = {}): Promise<void> {
  return queueJobs(tx, name, [payload], options)
}

/** Queues one job for each payload, in one statement. */
export async function queueJobs<N extends JobName>(
  tx: Tx,
  name: N,
  payloads: readonly Jobs[N][],
  { runAt }: { runAt?: Date } = {},
): Promise<void> {
  if (!payloads.length) return
  await tx.$queryRaw`
    SELECT count(*)::int AS queued FROM graphile_worker.add_jobs(ARRAY(
      SELECT (${name}, payload, NULL, ${runAt ?? null}::timestamptz, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
      FROM json_array_elements(${JSON.stringify(payloads)}::json) AS payload
    ))`
}

/**
 * Begins jobs anew that were tried so often that they were given up.
 * @returns how many
 */
export async function resumeJobs(name: JobName): Promise<number> {
  const [resumed] = await database('job').$queryRaw<{ count: number }[]>`
    SELECT count(*)::int FROM graphile_worker.reschedule_jobs(ARRAY(
      SELECT jobs.id FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
      WHERE tasks.identifier = ${name} AND jobs.attempts >= jobs.max_attempts
    ), run_at := now(), attempts := 0)`
  return resumed?.count ?? 0
}

/** What the jobs of this name were told that are still to come, are under way, or were given up. */
export async function waitingFor<N extends JobName>(name: N): Promise<Jobs[N][]> {
  const jobs = await database('job').$queryRaw<{ payload: Jobs[N] }[]>`
    SELECT payload FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
    WHERE tasks.identifier = ${name} ORDER BY jobs.id`
  return jobs.map(({ payload }) => payload)
}
