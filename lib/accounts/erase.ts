import 'server-only'
import { inAccount } from '@/lib/db'

/**
 * Erases an account with everything in it, when it was deleted 30 days ago or earlier by the database's clock. One that
 * was restored meanwhile, or deleted again later, is left alone; one that is gone already is no fault.
 */
export async function eraseAccount(accountId: string): Promise<void> {
  await inAccount(
    accountId,
    (tx) => tx.$executeRaw`DELETE FROM accounts WHERE id = ${accountId}::uuid AND deleted_at <= now() - interval '30 days'`,
  )
}
