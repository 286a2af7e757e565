import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, withAccount } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { rows } from '@/lib/platform/rows'
import { RESTORABLE_HOURS } from './schema'

const RESTORABLE = Prisma.sql`${RESTORABLE_HOURS} * interval '1 hour'`

/**
 * Erases a deleted account with all its data, if it can no longer be restored by the database's clock. Its audit trail is
 * retained, where the server cannot read it. An account that was restored or is already erased stays as it is.
 * @returns whether the account was erased
 */
export async function eraseAccount(accountId: string): Promise<boolean> {
  const erased = await withAccount(
    accountId,
    (tx) => tx.$executeRaw`DELETE FROM accounts WHERE id = ${accountId}::uuid AND deleted_at <= now() - ${RESTORABLE}`,
    { pool: 'job' },
  )
  // A retained trail accepts no events. It stores the time of the erasure, and the log has this line.
  if (erased) log().info({ kind: 'account.erased', account: accountId }, 'recorded')
  return erased > 0
}

/**
 * Erases every account that can no longer be restored. Deleting an account also queues a job for it, so this only finds
 * accounts whose job failed too often or ran too early.
 * @returns the number of accounts erased
 * @throws AggregateError if an account could not be erased, after erasing the others
 */
export async function eraseDueAccounts(): Promise<number> {
  const due = await rows(
    database('job'),
    z.object({ id: z.uuid() }),
    Prisma.sql`SELECT id FROM list_due_accounts(${RESTORABLE}) AS due (id)`,
  )
  const failures: unknown[] = []
  let erased = 0
  for (const { id } of due) {
    try {
      if (await eraseAccount(id)) erased += 1
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length) throw new AggregateError(failures, `Not erased: ${failures.map(String).join('; ')}`)
  return erased
}
