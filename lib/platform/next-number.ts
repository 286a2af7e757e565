import 'server-only'
import type { Tx } from './db'

/**
 * Returns the next number of a series in an account: 1, 2, 3, without gaps. Transactions that take a number of the same
 * series wait for each other until they commit.
 * @param series a name, such as `invoices`
 * @param last reads the highest number in use; null if there is none
 */
export async function nextNumber(
  tx: Tx,
  { accountId, series }: { accountId: string; series: string },
  last: () => Promise<number | null>,
): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${series} ${accountId}`}, 0))`
  return ((await last()) ?? 0) + 1
}
