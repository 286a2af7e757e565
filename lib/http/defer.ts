import 'server-only'
import { after } from 'next/server'
import { log } from '@/lib/platform/log'

/**
 * Does work when the answer is out, so that the time of the answer tells nothing of it. Nobody is there any more to be
 * told of a failure: it is logged, and whoever waits for what it should have done asks again.
 */
export function defer(work: () => Promise<void>): void {
  after(() => work().catch((error: unknown) => log().error({ err: error }, 'what an answer had promised failed')))
}
