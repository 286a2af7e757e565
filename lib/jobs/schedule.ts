import 'server-only'
import type { CronItem } from 'graphile-worker'
import type { JobName } from '@/lib/platform/queue'

/**
 * The recurring jobs. graphile-worker queues each of them once, however many workers run. `match` is a cron expression in
 * UTC. A job that was due while no worker ran is skipped until its next time.
 */
export const SCHEDULE: (CronItem & { task: JobName })[] = [
  { task: 'clean', match: '17 * * * *' },
  { task: 'append-to-chain', match: '* * * * *', options: { jobKey: 'append-to-chain' } }, // with a key, at most one is queued, even if it keeps failing
]
