import 'server-only'
import { eraseAccount } from '@/lib/accounts/erase'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { resetFactors } from '@/lib/factors/reset'
import type { JobName, Jobs } from '@/lib/platform/queue'
import { handleWebhook } from '@/lib/webhooks/webhooks'
import { clean } from './clean'
import { sendQueuedMail } from './send-mail'

/** The function that runs each job. The worker retries a job that throws, so every job must be safe to run twice. */
export const TASKS: { [N in JobName]: (payload: Jobs[N]) => Promise<void> } = {
  'send-mail': sendQueuedMail,
  'erase-account': async ({ accountId }) => void (await eraseAccount(accountId)),
  clean,
  'handle-webhook': handleWebhook,
  'append-to-chain': appendPendingEvents,
  'reset-factors': (payload) => resetFactors(payload),
}
