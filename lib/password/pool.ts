import 'server-only'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import Piscina from 'piscina'
import { addressKey, type RequestInfo } from '@/lib/http/request-info'
import { FairQueue, isQueueFull } from '@/lib/platform/fair-queue'
import { log } from '@/lib/platform/log'
import { observe, telemetry } from '@/lib/platform/telemetry/telemetry'
import type { Engine } from './worker.mjs'

// At a quarter of a second per hash, the last one in a client's queue waits about two seconds.
const WAITING_PER_THREAD = 8
const WAIT_MS = 4_000
const THREAD_NICENESS = 10 // on Linux: hashing yields to requests, but still gets its share of the CPU

type Hashing = { threads: Piscina; queue: FairQueue; engine: Promise<Engine> }

const globals = globalThis as typeof globalThis & { atriumHashing?: Hashing }

function hashing(): Hashing {
  globals.atriumHashing ??= startThreads(availableParallelism())
  return globals.atriumHashing
}

/** Starts the hashing threads, and logs which engine they use. Without this, the first hash starts them. */
export async function startHashing(): Promise<void> {
  await hashing().engine
}

observe('atrium.hashing.queue', () => {
  const { running = 0, waiting = 0 } = globals.atriumHashing?.queue.size() ?? {}
  return [
    { value: running, attributes: { state: 'running' } },
    { value: waiting, attributes: { state: 'waiting' } },
  ]
})

function startThreads(count: number): Hashing {
  const threads = new Piscina({
    filename: path.join(process.cwd(), 'lib', 'password', 'worker.mjs'),
    minThreads: count, // starting a thread later would block the main one
    maxThreads: count,
    concurrentTasksPerWorker: 1,
    niceIncrement: THREAD_NICENESS,
  })
  const waitingPerClient = count * WAITING_PER_THREAD
  const queue = new FairQueue({ running: count, runningPerClient: count, waitingPerClient, waitMs: WAIT_MS })
  return { threads, queue, engine: chooseEngine(threads) }
}

async function chooseEngine(threads: Piscina): Promise<Engine> {
  const { engine, reason } = (await threads.run(undefined, { name: 'chooseEngine' })) as { engine: Engine; reason?: string }
  log().info({ engine, reason }, 'hashing is ready')
  return engine
}

/** The hashing queue is full. Nothing was hashed, and the same request may succeed in a few seconds. */
export class HashingBusy extends Error {
  override name = 'HashingBusy'
}

/** When to retry a refused request, in seconds. */
export const HASHING_RETRY_AFTER_SECONDS = 5

/**
 * Hashes a secret with bcrypt on a worker thread. Client addresses take turns, so that many requests from one address do
 * not delay those from others (ASVS 2.4.1, 15.2.2).
 * @param cost the base-2 logarithm of the number of rounds
 * @throws HashingBusy at once if too many hashes of the address are waiting, or later if its turn does not come
 */
export function hashOnThread(secret: string, cost: number, request: RequestInfo): Promise<string> {
  return run<string>('hash', { secret, cost }, request)
}

/** Returns whether `digest` is the bcrypt hash of `secret`. @throws HashingBusy as {@link hashOnThread} does */
export function compareOnThread(secret: string, digest: string, request: RequestInfo): Promise<boolean> {
  return run<boolean>('compare', { secret, digest }, request)
}

async function run<T>(name: string, task: object, request: RequestInfo): Promise<T> {
  const { threads, queue, engine } = hashing()
  try {
    const asked = performance.now()
    return await queue.run(addressKey(request), async () => {
      telemetry()?.record('atrium.hashing.wait', (performance.now() - asked) / 1000, {})
      return (await threads.run({ ...task, engine: await engine }, { name })) as T
    })
  } catch (error) {
    if (isQueueFull(error)) throw new HashingBusy('The hashing queue is full', { cause: error })
    throw error
  }
}
