import 'server-only'
import { eraseDueAccounts } from '@/lib/accounts/erase'
import { eraseStaleLimits } from '@/lib/http/limits/limits'
import { eraseExpiredInvitations } from '@/lib/invitations/expired'
import { log } from '@/lib/platform/log'
import { resumeJobs } from '@/lib/platform/queue'
import { eraseExpiredSessions } from '@/lib/sessions/expired'
import { eraseExpiredTokens } from '@/lib/tokens/expired'

const STEPS = {
  sessions: eraseExpiredSessions,
  tokens: eraseExpiredTokens,
  invitations: eraseExpiredInvitations,
  limits: eraseStaleLimits,
  accounts: eraseDueAccounts,
  resumed: () => resumeJobs('erase-account'),
}

/**
 * The job `clean`: erases what is past its time, noun by noun. A step that fails keeps none of the others from its turn,
 * and has its own again the next time. An account has a job of its own besides, queued when it was deleted, so that it
 * goes on time; one that had been given up is begun anew.
 * @throws AggregateError when a step failed
 */
export async function clean(): Promise<void> {
  const failures: unknown[] = []
  const erased: Record<string, number> = {}
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      erased[name] = await step()
    } catch (error) {
      failures.push(error)
    }
  }
  log().info(erased, 'cleaned')
  if (failures.length) throw new AggregateError(failures, `Cleaning failed in part: ${failures.map(String).join('; ')}`)
}
