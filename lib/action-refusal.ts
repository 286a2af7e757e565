import 'server-only'
import { notFound } from 'next/navigation'
import { logDenial } from '@/lib/denials'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import type { RequestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { log } from '@/lib/platform/log'
import { message } from './messages'
import type { Refusal } from './outcome'
import { HashingBusy } from './password/pool'
import type { AccountScope, UserScope } from './scope'

// What lib/action.ts shows and logs when an action is refused.

/** Returns what the form shows for a refusal; null if the caller may not do this at all. */
export function formErrors(refusal: Refusal) {
  switch (refusal.status) {
    case 'invalid':
      return { fieldErrors: refusal.fields }
    case 'conflict':
      return { message: refusal.message }
    case 'limited':
      return { message: message('rate-limited', { seconds: refusal.retryAfterSeconds }) }
    case 'unavailable':
      return { message: message(refusal.cause === 'hashing' ? 'hashing-busy' : 'database-unavailable') }
    case 'not-found':
      return notFound()
    case 'unmet':
      return { message: 'account-policy-unmet' as const, verify: refusal.verifyPath }
    case 'recent-auth':
      return refusal.verifyPath ? { verify: refusal.verifyPath } : {}
    case 'forbidden':
      return null
  }
}

/** Returns whether the policy refused the caller, which the account's audit trail records. */
export function isRefusedByPolicy(refusal: Refusal): boolean {
  return refusal.status === 'forbidden' || (refusal.status === 'conflict' && refusal.message === 'email-unconfirmed')
}

/** Logs a limit that has its own message, such as a quota. */
export async function logReachedLimit(
  refusal: Refusal,
  { scope, request }: { scope: UserScope | AccountScope | undefined; request: RequestInfo },
) {
  if (refusal.status !== 'conflict' || !refusal.limit) return
  await logDenial({ reason: 'limit', limit: refusal.limit, ...(scope ? idsOf(scope) : {}), ip: request.ip })
}

/** Returns the ids of a scope for the log. */
export function idsOf(scope: UserScope | AccountScope) {
  return { actor: scope.user.id, account: 'account' in scope ? scope.account.id : undefined }
}

/** Maps an expected error to a refusal. @throws any other error, such as Next's redirect */
export async function refusalOf(error: unknown, { ip }: RequestInfo): Promise<Refusal> {
  if (error instanceof HashingBusy) {
    await logDenial({ reason: 'limit', limit: 'hashing', ip })
    return { status: 'unavailable', cause: 'hashing' }
  }
  if (error instanceof RateLimited) {
    const { limit, retryAfterSeconds } = error
    await logDenial({ reason: 'limit', limit, retryAfterSeconds, ip })
    return { status: 'limited', retryAfterSeconds }
  }
  if (!isDatabaseUnavailable(error)) throw error
  log().error({ err: error }, 'action failed')
  return { status: 'unavailable', cause: 'database' }
}
