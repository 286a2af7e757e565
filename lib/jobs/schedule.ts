import 'server-only'
import type { CronItem } from 'graphile-worker'
import type { JobName } from '@/lib/platform/queue'

/**
 * What is done again and again, by whichever worker comes first: graphile-worker sees to it that only one does. `match`
 * is a cron expression, in UTC, to the minute. What was missed while no worker ran is done at the next time.
 */
export const SCHEDULE: (CronItem & { task: JobName })[] = [
  { task: 'clean', match: '17 * * * *' },
  { task: 'append-to-chain', match: '* * * * *', options: { jobKey: 'append-to-chain' } }, // with a key, none piles up behind one that fails
]
