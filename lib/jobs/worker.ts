import 'server-only'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import { Pool } from 'pg'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { SCHEDULE } from './schedule'
import { TASKS } from './tasks'

const CONCURRENT_JOBS = 2
const CONNECTIONS = CONCURRENT_JOBS + 1 // and one that listens
const POLL_MS = 2_000 // for what is due later; what is due now is told at once
const CONNECT_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 15_000
const RESTART_MS = 2_000
const FAILURES_BEFORE_RESTART = 2
const FINISH_TIMEOUT_MS = 5_000
const GIVE_UP_TIMEOUT_MS = 2_000

/** Something that takes jobs from the queue and does them, until it is stopped. */
export type Worker = {
  /** Takes no more jobs, and gives those under way a few seconds; one that takes longer is left to the next worker. */
  stop: () => Promise<void>
}

const globals = globalThis as typeof globalThis & { atriumWorker?: Worker }

/** Starts this process's worker; the second call does nothing. */
export function startWorkerOnce(): void {
  globals.atriumWorker ??= startWorker()
}

/** Stops this process's worker, if one was started. */
export async function stopStartedWorker(): Promise<void> {
  await globals.atriumWorker?.stop()
}

/**
 * Starts a worker with a few connections of its own. It never throws: while the database is away it tries again, and
 * goes on by itself when the database is back.
 */
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
      log().warn('a job takes too long to wait for: it is given back to the queue')
      await Promise.race([state.runner?.kill().catch(logFailure), sleep(GIVE_UP_TIMEOUT_MS, undefined, { ref: false })])
    },
  }
}

type State = { runner: Runner | undefined }

async function workUntil(signal: AbortSignal, pool: Pool, state: State): Promise<void> {
  while (!signal.aborted) {
    await runOnce(signal, pool, state).catch(logFailure)
    if (!signal.aborted) await sleep(RESTART_MS, undefined, { signal, ref: false }).catch(() => undefined) // told to stop meanwhile
  }
  await pool.end()
}

/** Runs until it is told to stop, or until it cannot go on. */
async function runOnce(signal: AbortSignal, pool: Pool, state: State): Promise<void> {
  const events: WorkerEvents = new EventEmitter()
  const runner = await run({
    pgPool: pool,
    taskList: TASKS as unknown as TaskList,
    parsedCronItems: parseCronItems(SCHEDULE),
    concurrency: CONCURRENT_JOBS,
    pollInterval: POLL_MS,
    noHandleSignals: true, // lib/platform/shutdown.ts does
    logger,
    events,
    // In batches, even of one: only so does it try again when it cannot tell the database that a job is done.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })
  state.runner = runner
  const stop = () => void runner.stop().catch(() => undefined) // refused when it has stopped by itself
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  // graphile-worker remembers for ever that its first question failed, so after some failures it is begun anew.
  let failures = 0
  events.on('worker:getJob:empty', () => {
    failures = 0
  })
  events.on('worker:getJob:error', () => {
    failures += 1
    if (failures === FAILURES_BEFORE_RESTART * CONCURRENT_JOBS) stop() // each of them asks
  })
  await runner.promise
  signal.removeEventListener('abort', stop)
}

function createPool(): Pool {
  const pool = new Pool({
    connectionString: env().DATABASE_URL,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'atrium worker',
  })
  // A connection that breaks is no reason to end the process: the pool makes another.
  pool.on('error', logFailure)
  pool.on('connect', (client) => client.on('error', logFailure))
  return pool
}

/** In few words: an error of the database holds its whole connection. */
function logFailure(error: unknown): void {
  const { message: reason, code } = error as NodeJS.ErrnoException
  log().warn({ reason, code }, 'the worker is held up, and tries again')
}

/** What a mail server says of a mail names whom it goes to, so its code alone is kept. */
function reasonOf(error: unknown) {
  const { message, code, responseCode } = error as NodeJS.ErrnoException & { responseCode?: number }
  return responseCode === undefined ? { reason: message, code } : { code, responseCode }
}

type JobFailure = { failure?: true; job?: { id: string; task_identifier: string; attempts: number; max_attempts: number }; error?: unknown }

/** Its log goes into ours. A job's payload stays out: it says what a person's mail says. */
const logger = new Logger(() => (level, message, meta) => {
  const { failure, job, error } = (meta ?? {}) as JobFailure
  if (failure && job) {
    const { id, task_identifier: task, attempts, max_attempts: of } = job
    log().error(
      { job: id, task, attempt: attempts, of, ...reasonOf(error) },
      attempts < of ? 'job failed, and is tried again' : 'job given up',
    )
  } else if (level === 'error' || level === 'warning') log().warn({ reason: message }, 'worker')
})
