import 'server-only'
import { withAccount } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { waitingFor } from '@/lib/platform/queue'
import { RESTORABLE_DAYS } from './schema'

/**
 * Erases an account with everything in it, when its time to be restored is over by the database's clock. One that was
 * restored meanwhile, or deleted again later, is left alone; one that is gone already is no fault.
 * The trail alone of a large account takes longer to go than a page may wait.
 * @returns whether it was there to erase
 */
export async function eraseAccount(accountId: string): Promise<boolean> {
  // Hours and not days: a day of the calendar has 23 of them where the clocks change, and the job would come too early.
  const erased = await withAccount(
    accountId,
    (tx) => tx.$executeRaw`
      DELETE FROM accounts WHERE id = ${accountId}::uuid AND deleted_at <= now() - ${RESTORABLE_DAYS * 24} * interval '1 hour'`,
    { pool: 'job' },
  )
  // its trail goes with it, so that it happened stands in the log alone
  if (erased) log().info({ kind: 'account.erased', account: accountId }, 'recorded')
  return erased > 0
}

/**
 * Erases every deleted account that is past its days. Nobody can look into every account at once, and nobody need: each
 * deletion has queued a job that names its account, and which may have been given up, or have been told another day.
 * @returns how many
 * @throws AggregateError when one could not be erased; the others are
 */
export async function eraseDueAccounts(): Promise<number> {
  const failures: unknown[] = []
  let erased = 0
  for (const { accountId } of await waitingFor('erase-account')) {
    try {
      if (await eraseAccount(accountId)) erased += 1
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length) throw new AggregateError(failures, `Not erased: ${failures.map(String).join('; ')}`)
  return erased
}
