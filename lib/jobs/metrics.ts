import 'server-only'
import { log } from '@/lib/platform/log'
import { measureQueue } from '@/lib/platform/queue'
import { type Observation, observe } from '@/lib/platform/telemetry/telemetry'

const SCHEDULE_SECONDS = 60 // the shortest interval in SCHEDULE

/** Registers the metrics of the job queue, which is measured at each export. */
export function observeJobs(): void {
  observe('atrium.jobs.lag', async () => (await measure()).map(({ lag, idle }) => ({ value: Math.max(lag, idle - SCHEDULE_SECONDS) })))
  observe('atrium.jobs.queued', async () =>
    (await measure()).flatMap(({ due, dead }): Observation[] => [
      { value: due, attributes: { state: 'due' } },
      { value: dead, attributes: { state: 'dead' } },
    ]),
  )
}

async function measure(): ReturnType<typeof measureQueue> {
  try {
    return await measureQueue()
  } catch (error) {
    log().warn({ reason: (error as Error).message }, 'the job queue could not be measured')
    return []
  }
}
