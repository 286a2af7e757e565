import 'server-only'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import { Pool } from 'pg'
import { CONCURRENT_JOBS } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { SCHEDULE } from './schedule'
import { TASKS } from './tasks'
import { traced } from './traced'

const CONNECTIONS = CONCURRENT_JOBS + 1 // one for LISTEN
const POLL_MS = 2_000 // for jobs that start later; PostgreSQL notifies the worker of the others
const CONNECT_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 15_000
const RESTART_MS = 2_000
const FAILURES_BEFORE_RESTART = 2
const FINISH_TIMEOUT_MS = 5_000
const GIVE_UP_TIMEOUT_MS = 2_000

/** Runs jobs from the queue until it is stopped. */
export type Worker = {
  /** Takes no more jobs, and waits a few seconds for the running ones. A job that takes longer returns to the queue. */
  stop: () => Promise<void>
}

const globals = globalThis as typeof globalThis & { atriumWorker?: Worker }

/** Starts this process's worker, unless it is already running. */
export function startWorkerOnce(): void {
  globals.atriumWorker ??= startWorker()
}

/** Stops this process's worker, if it is running. */
export async function stopStartedWorker(): Promise<void> {
  await globals.atriumWorker?.stop()
}

/** Starts a worker with its own connection pool. It never throws: while the database is unavailable, it keeps retrying. */
export function startWorker(): Worker {
  const pool = createPool()
  const stopping = new AbortController()
  const state: State = { runner: undefined }
  const ended = workUntil(stopping.signal, pool, state)
  return {
    stop: async () => {
      stopping.abort()
      const isDone = await Promise.race([ended.then(() => true), sleep(FINISH_TIMEOUT_MS, false, { ref: false })])
      if (isDone) return
      log().warn('a job did not finish in time and returns to the queue')
      await Promise.race([state.runner?.kill().catch(logFailure), sleep(GIVE_UP_TIMEOUT_MS, undefined, { ref: false })])
    },
  }
}

type State = { runner: Runner | undefined }

async function workUntil(signal: AbortSignal, pool: Pool, state: State): Promise<void> {
  while (!signal.aborted) {
    await runOnce(signal, pool, state).catch(logFailure)
    if (!signal.aborted) await sleep(RESTART_MS, undefined, { signal, ref: false }).catch(() => undefined) // it rejects when aborted
  }
  await pool.end()
}

/** Runs until the signal aborts, or until the runner fails. */
async function runOnce(signal: AbortSignal, pool: Pool, state: State): Promise<void> {
  const events: WorkerEvents = new EventEmitter()
  const runner = await openRunner(pool, events)
  state.runner = runner
  const stop = () => void runner.stop().catch(() => undefined) // it rejects if the runner has already stopped
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  // graphile-worker does not recover if its first query fails, so a new runner starts after some failures.
  let failures = 0
  events.on('worker:getJob:empty', () => {
    failures = 0
  })
  events.on('worker:getJob:error', () => {
    failures += 1
    if (failures === FAILURES_BEFORE_RESTART * CONCURRENT_JOBS) stop() // each slot polls on its own
  })
  await runner.promise
  signal.removeEventListener('abort', stop)
}

/**
 * Starts graphile-worker, which runs the queue's jobs.
 * @param backfillMs how far back it looks for scheduled jobs that were due while no worker ran
 */
export function openRunner(pool: Pool, events: WorkerEvents, { pollMs = POLL_MS, backfillMs = 0 } = {}): Promise<Runner> {
  const schedule = SCHEDULE.map((item) => ({ ...item, options: { ...item.options, backfillPeriod: backfillMs } }))
  return run({
    pgPool: pool,
    taskList: traced(TASKS as unknown as TaskList),
    parsedCronItems: parseCronItems(schedule),
    concurrency: CONCURRENT_JOBS,
    pollInterval: pollMs,
    noHandleSignals: true, // lib/platform/shutdown.ts handles them
    logger,
    events,
    // graphile-worker retries a failed update of a finished job only in batch mode, so each job is a batch of one.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })
}

/** Creates the worker's connection pool. */
export function createPool(): Pool {
  const pool = new Pool({
    connectionString: env().DATABASE_URL,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'atrium worker',
  })
  // The pool replaces a connection that breaks; without a listener, Node would exit.
  pool.on('error', logFailure)
  pool.on('connect', (client) => client.on('error', logFailure))
  return pool
}

/** Logs the message and code only: a database error holds the connection and its secret key. */
function logFailure(error: unknown): void {
  const { message: reason, code } = error as NodeJS.ErrnoException
  log().warn({ reason, code }, 'the worker failed and will retry')
}

/** Describes an error for the log. A mail server's response names the recipient, so only its code is logged. */
function describeError(error: unknown) {
  const { message, code, responseCode } = error as NodeJS.ErrnoException & { responseCode?: number }
  return responseCode === undefined ? { reason: message, code } : { code, responseCode }
}

type JobFailure = { failure?: true; job?: { id: string; task_identifier: string; attempts: number; max_attempts: number }; error?: unknown }

/** Forwards graphile-worker's log to ours, without payloads, which may contain personal data. */
const logger = new Logger(() => (level, message, meta) => {
  const { failure, job, error } = (meta ?? {}) as JobFailure
  if (failure && job) {
    const { id, task_identifier: task, attempts, max_attempts: of } = job
    log().error(
      { job: id, task, attempt: attempts, of, ...describeError(error) },
      attempts < of ? 'job failed and will be retried' : 'job failed and has no retries left',
    )
  } else if (level === 'error' || level === 'warning') log().warn({ reason: message }, 'worker')
})
