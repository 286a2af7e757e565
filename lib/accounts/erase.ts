import 'server-only'
import { inAccountAtLength } from '@/lib/db'
import { log } from '@/lib/log'
import { RESTORABLE_DAYS } from './schema'

/**
 * Erases an account with everything in it, when its time to be restored is over by the database's clock. One that was
 * restored meanwhile, or deleted again later, is left alone; one that is gone already is no fault.
 * The trail alone of a large account takes longer to go than a page may wait.
 */
export async function eraseAccount(accountId: string): Promise<void> {
  // Hours and not days: a day of the calendar has 23 of them where the clocks change, and the job would come too early.
  const erased = await inAccountAtLength(
    accountId,
    (tx) => tx.$executeRaw`
      DELETE FROM accounts WHERE id = ${accountId}::uuid AND deleted_at <= now() - ${RESTORABLE_DAYS * 24} * interval '1 hour'`,
  )
  // its trail goes with it, so that it happened stands in the log alone
  if (erased) log().info({ kind: 'account.erased', account: accountId }, 'recorded')
}
