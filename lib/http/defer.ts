import 'server-only'
import { after } from 'next/server'
import { log } from '@/lib/platform/log'

/**
 * Runs work after the response is sent, so that the response time does not reveal whether there was any. A failure is only
 * logged; the user can repeat the request.
 */
export function defer(work: () => Promise<void>): void {
  after(() => work().catch((error: unknown) => log().error({ err: error }, 'deferred work failed')))
}
