import { setTimeout as sleep } from 'node:timers/promises'
import { HashingBusy } from '@/lib/password/pool'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'

const RETRY_INTERVAL_MS = 200

/**
 * Runs `work` `count` times at the same time. Retries a call that fails because no connection or hashing thread is free, which
 * has changed nothing.
 * @returns the results, in order
 */
export function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => retryWhenBusy(() => work(index))))
}

async function retryWhenBusy<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HashingBusy) && !isDatabaseUnavailable(error)) throw error
      await sleep(RETRY_INTERVAL_MS)
    }
  }
}
