import 'server-only'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import Piscina from 'piscina'

// At a quarter of a second a hash, the last in the queue waits about two seconds.
const QUEUE_PER_THREAD = 8
const THREAD_NICENESS = 10 // on Linux: hashing gives way to answering, yet is not starved by whatever else runs here

const globals = globalThis as typeof globalThis & { atriumHashing?: Piscina }

function pool(): Piscina {
  const threads = availableParallelism()
  globals.atriumHashing ??= new Piscina({
    filename: path.join(process.cwd(), 'lib', 'password', 'worker.mjs'),
    minThreads: threads, // a thread that has to start first holds up the main one
    maxThreads: threads,
    maxQueue: threads * QUEUE_PER_THREAD,
    concurrentTasksPerWorker: 1,
    niceIncrement: THREAD_NICENESS,
  })
  return globals.atriumHashing
}

/** The queue for hashing is full. Nothing was hashed; the same request may succeed in a few seconds. */
export class HashingBusy extends Error {
  override name = 'HashingBusy'
}

/** Seconds after which a refused request is worth trying again. */
export const HASHING_RETRY_AFTER_SECONDS = 5

/**
 * bcrypt, on a thread of its own.
 * @param cost as a power of two of rounds
 * @throws HashingBusy at once, when the queue is full
 */
export function hashOnThread(secret: string, cost: number): Promise<string> {
  return run<string>('hash', { secret, cost })
}

/** Whether `secret` is what `digest` was made of. Throws {@link HashingBusy} at once when the queue is full. */
export function compareOnThread(secret: string, digest: string): Promise<boolean> {
  return run<boolean>('compare', { secret, digest })
}

async function run<T>(name: string, task: object): Promise<T> {
  try {
    return (await pool().run(task, { name })) as T
  } catch (error) {
    if (error instanceof Error && /queue is at limit/i.test(error.message))
      throw new HashingBusy('The hashing queue is full', { cause: error })
    throw error
  }
}
