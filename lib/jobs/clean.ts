import 'server-only'
import { eraseExpiredInvitations } from '@/lib/invitations/expired'
import { eraseStaleLimits } from '@/lib/limits/limits'
import { log } from '@/lib/log'
import { eraseExpiredSessions } from '@/lib/sessions/expired'
import { eraseExpiredTokens } from '@/lib/tokens/expired'
import { resumeJobs } from './queue'

/**
 * The job `clean`: erases what is past its time, noun by noun. What it does not get to, since it failed on the way, it
 * does the next time. An account past its days has a job of its own, queued when it was deleted; here only one that had
 * been given up is begun anew.
 */
export async function clean(): Promise<void> {
  const erased = {
    sessions: await eraseExpiredSessions(),
    tokens: await eraseExpiredTokens(),
    invitations: await eraseExpiredInvitations(),
    limits: await eraseStaleLimits(),
    resumed: await resumeJobs('erase-account'),
  }
  log().info(erased, 'cleaned')
}
