import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { RequestInfo } from '@/lib/http/request-info'
import { forbidden, invalid, notFound, type Outcome, ok } from '@/lib/outcome'
import { withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { accountNameKeys, isNameConstraint } from './name-keys'

/**
 * Renames the account. Its slug stays the same, so links keep working. Its old name becomes available at once.
 * @returns its name; `invalid` if another account has the name; `forbidden`; `not-found` if it was deleted
 */
export async function renameAccount(
  scope: AccountScope,
  { accountName }: { accountName: string },
  request: RequestInfo,
): Promise<Outcome<{ name: string }>> {
  if (!can(scope, 'account.rename')) return forbidden
  const { account, user } = scope
  try {
    const { count } = await withAccount(account.id, async (tx) => {
      const renamed = await tx.account.updateMany({
        where: { id: account.id, deletedAt: null, name: { not: accountName } },
        data: { name: accountName, ...accountNameKeys(accountName) },
      })
      if (renamed.count) {
        const details = { from: account.name }
        await recordEvent(tx, { kind: 'account.renamed', accountId: account.id, actorId: user.id, target: accountName, details, request })
      }
      return renamed
    })
    return count || accountName === account.name ? ok({ name: accountName }) : notFound
  } catch (error) {
    if (isNameConstraint(violatedConstraint(error))) return invalid({ accountName: 'account-name-taken' })
    throw error
  }
}
