import 'server-only'
import { database } from '@/lib/platform/db'

/**
 * Erases tokens that are past their time by the database's clock. Those of invitations stay: they are how
 * {@link accountsWithOldInvitations} finds their invitations, and go with them.
 * @returns how many
 */
export function eraseExpiredTokens(): Promise<number> {
  return database('job').$executeRaw`DELETE FROM tokens WHERE expires_at <= now() AND invitation_id IS NULL`
}

/**
 * Where invitations have long expired. Nobody can look into every account at once, and nobody need: a token names its
 * account, and belongs to none.
 * @param ageMs since they expired, by the database's clock
 * @returns the ids of their accounts
 */
export async function accountsWithOldInvitations(ageMs: number): Promise<string[]> {
  const found = await database('job').$queryRaw<{ accountId: string }[]>`
    SELECT DISTINCT account_id AS "accountId" FROM tokens
    WHERE invitation_id IS NOT NULL AND expires_at <= now() - ${ageMs} * interval '1 ms'`
  return found.map(({ accountId }) => accountId)
}
