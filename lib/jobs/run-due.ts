import 'server-only'
import { createHash, timingSafeEqual } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerEvents } from 'graphile-worker'
import { CONCURRENT_JOBS } from '@/lib/platform/db'
import { createPool, openRunner } from './worker'

const RUN_MAX_MS = 20_000 // some platforms end a request after 30 seconds
const STOP_MAX_MS = 5_000
const POLL_MS = 250
const BACKFILL_MS = 2 * 60 * 60 * 1000 // an hourly job is queued even if no worker ran at that minute

/** Returns whether the Authorization header carries one of the secrets, as a bearer token, in constant time. */
export function isAuthorized(secrets: string[], header: string | null): boolean {
  const given = hash(header?.replace(/^Bearer /i, '') ?? '')
  return secrets.map((secret) => timingSafeEqual(hash(secret), given)).some(Boolean)
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Runs the jobs that are due, for a scheduler that calls the server where no worker can run. It takes new jobs for 20 seconds
 * at most, and then waits up to 5 seconds for those in progress.
 * @returns how many jobs ran, and whether none was left
 */
export async function runDueJobs(): Promise<{ ran: number; done: boolean }> {
  const pool = createPool()
  const events: WorkerEvents = new EventEmitter()
  const counts = { ran: 0, running: 0, empty: 0, isScheduled: false }
  const idle = new Promise<true>((resolve) => {
    events.on('cron:started', () => Object.assign(counts, { isScheduled: true, empty: 0 }))
    events.on('job:start', () => Object.assign(counts, { running: counts.running + 1, ran: counts.ran + 1 }))
    events.on('job:complete', () => Object.assign(counts, { running: counts.running - 1, empty: 0 }))
    events.on('worker:getJob:empty', () => {
      counts.empty += 1
      if (counts.isScheduled && counts.running === 0 && counts.empty > CONCURRENT_JOBS) resolve(true)
    })
  })
  try {
    const runner = await openRunner(pool, events, { pollMs: POLL_MS, backfillMs: BACKFILL_MS })
    const done = await Promise.race([idle, sleep(RUN_MAX_MS, false, { ref: false })])
    await Promise.race([runner.stop(), sleep(STOP_MAX_MS, undefined, { ref: false })])
    return { ran: counts.ran, done }
  } finally {
    await Promise.race([pool.end(), sleep(STOP_MAX_MS, undefined, { ref: false })])
  }
}
