import 'server-only'
import type { Tx } from '@/lib/platform/db'

/**
 * Takes a person's row for the rest of the transaction, before any of their tokens: then all who change how one gets in
 * wait in one line, whatever link each of them holds. Sign-ins go on meanwhile.
 * @returns who it is by now; null when they are gone
 */
export async function lockUser(tx: Tx, id: string): Promise<{ id: string; email: string; isVerified: boolean } | null> {
  const [user] = await tx.$queryRaw<{ id: string; email: string; isVerified: boolean }[]>`
    SELECT id, email, email_verified_at IS NOT NULL AS "isVerified" FROM users WHERE id = ${id}::uuid FOR NO KEY UPDATE`
  return user ?? null
}
