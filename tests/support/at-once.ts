import { setTimeout as sleep } from 'node:timers/promises'
import { HashingBusy } from '@/lib/password/pool'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'

const TRY_AGAIN_MS = 200

/**
 * Many at once. One that was turned away for want of a connection or of a thread, which changed nothing, tries again, as a
 * person would.
 * @returns what each of them came to
 */
export function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => untilHeard(() => work(index))))
}

async function untilHeard<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HashingBusy) && !isDatabaseUnavailable(error)) throw error
      await sleep(TRY_AGAIN_MS)
    }
  }
}
