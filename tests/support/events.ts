import { recordEvent } from '@/lib/audit/audit'
import { withAccount } from '@/lib/platform/db'
import type { AccountScope } from '@/lib/scope'
import { REQUEST } from './people'

export const EVENT = 'invitation.revoked'

/** Records an event of the kind {@link EVENT} in the account's trail, as a domain function does. */
export function recordEventAbout(target: string, { account, user }: AccountScope, targetId?: string): Promise<void> {
  return withAccount(account.id, (tx) =>
    recordEvent(tx, { kind: EVENT, accountId: account.id, actorId: user.id, target, targetId, request: REQUEST }),
  )
}
