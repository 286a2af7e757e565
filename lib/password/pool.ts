import 'server-only'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import Piscina from 'piscina'

// At a quarter of a second per hash, the last one in the queue waits about two seconds.
const QUEUE_PER_THREAD = 8
const THREAD_NICENESS = 10 // on Linux: hashing yields to requests, but still gets its share of the CPU

const globals = globalThis as typeof globalThis & { atriumHashing?: Piscina }

function pool(): Piscina {
  const threads = availableParallelism()
  globals.atriumHashing ??= new Piscina({
    filename: path.join(process.cwd(), 'lib', 'password', 'worker.mjs'),
    minThreads: threads, // starting a thread later would block the main one
    maxThreads: threads,
    maxQueue: threads * QUEUE_PER_THREAD,
    concurrentTasksPerWorker: 1,
    niceIncrement: THREAD_NICENESS,
  })
  return globals.atriumHashing
}

/** The hashing queue is full. Nothing was hashed, and the same request may succeed in a few seconds. */
export class HashingBusy extends Error {
  override name = 'HashingBusy'
}

/** When to retry a refused request, in seconds. */
export const HASHING_RETRY_AFTER_SECONDS = 5

/**
 * Hashes a secret with bcrypt on a worker thread.
 * @param cost the base-2 logarithm of the number of rounds
 * @throws HashingBusy at once if the queue is full
 */
export function hashOnThread(secret: string, cost: number): Promise<string> {
  return run<string>('hash', { secret, cost })
}

/** Returns whether `digest` is the bcrypt hash of `secret`. @throws HashingBusy at once if the queue is full */
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
