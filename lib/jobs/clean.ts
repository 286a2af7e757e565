import 'server-only'
import { eraseDueAccounts } from '@/lib/accounts/erase'
import { eraseExpiredTrails } from '@/lib/audit/expired'
import { eraseExpiredFactors } from '@/lib/factors/expired'
import { eraseStaleLimits } from '@/lib/http/limits/limits'
import { eraseExpiredInvitations } from '@/lib/invitations/expired'
import { log } from '@/lib/platform/log'
import { resumeJobs } from '@/lib/platform/queue'
import { eraseExpiredSessions } from '@/lib/sessions/expired'
import { eraseExpiredTokens } from '@/lib/tokens/expired'

const STEPS = {
  sessions: eraseExpiredSessions,
  tokens: eraseExpiredTokens,
  factors: eraseExpiredFactors,
  invitations: eraseExpiredInvitations,
  limits: eraseStaleLimits,
  accounts: eraseDueAccounts,
  trails: eraseExpiredTrails,
  resumed: () => resumeJobs('erase-account'),
}

/**
 * Erases expired data, step by step, as the `clean` job. If a step fails, the others still run, and the next job repeats it.
 * A deleted account also has its own `erase-account` job, which erases it on time; `resumed` restarts such jobs that have no
 * retries left.
 * @throws AggregateError if a step failed
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
