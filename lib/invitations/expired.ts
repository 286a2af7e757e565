import 'server-only'
import { withAccount } from '@/lib/platform/db'
import { accountsWithOldInvitations } from '@/lib/tokens/expired'
import { EXPIRED_KEPT_MS } from './schema'

/**
 * Erases invitations that nobody accepted and that expired long ago, with their tokens. Until then they stand in the
 * list, where they can be sent again. What became of the others is history, and stays.
 * @returns how many
 */
export async function eraseExpiredInvitations(): Promise<number> {
  let erased = 0
  for (const accountId of await accountsWithOldInvitations(EXPIRED_KEPT_MS)) {
    erased += await withAccount(
      accountId,
      (tx) => tx.$executeRaw`
        DELETE FROM invitations
        WHERE account_id = ${accountId}::uuid AND accepted_at IS NULL AND revoked_at IS NULL
          AND expires_at <= now() - ${EXPIRED_KEPT_MS} * interval '1 ms'`,
      { pool: 'job' },
    )
  }
  return erased
}
