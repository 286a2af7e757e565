import 'server-only'
import { logDenial } from '@/lib/denials'
import { consumeLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import type { RequestInfo } from '@/lib/http/request-info'
import { withAccount } from '@/lib/platform/db'
import type { Permission } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { recordEvent } from './audit'

/**
 * Records that the policy refused a member, in the log and in the account's audit trail. The trail takes a limited number of
 * refusals an hour from each user, so that no member can fill it.
 */
export async function recordDenial({ account, user }: AccountScope, permission: Permission, request: RequestInfo): Promise<void> {
  await logDenial({ reason: 'policy', actor: user.id, account: account.id, permission, ip: request.ip })
  try {
    await consumeLimit('denial', { userId: user.id })
  } catch (error) {
    if (error instanceof RateLimited) return
    throw error
  }
  const event = { kind: 'access.denied', accountId: account.id, actorId: user.id, details: { permission }, request } as const
  await withAccount(account.id, (tx) => recordEvent(tx, event))
}
