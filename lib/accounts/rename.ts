import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import { ACCOUNT_NAME_TAKEN } from './schema'

/**
 * Gives the account another name. Its slug stays, so that no link breaks; the old name is free at once.
 * @returns null when one may not; refused on `accountName` when another account has the name
 */
export async function renameAccount(
  scope: AccountScope,
  { accountName }: { accountName: string },
  request: RequestInfo,
): Promise<Result<{ name: string }> | null> {
  if (!can(scope, 'account.rename')) return null
  const { account, user } = scope
  try {
    const { count } = await withAccount(account.id, async (tx) => {
      const renamed = await tx.account.updateMany({
        where: { id: account.id, deletedAt: null, name: { not: accountName } },
        data: { name: accountName, nameKey: foldText(accountName) },
      })
      if (renamed.count) {
        const details = { from: account.name }
        await recordEvent(tx, { kind: 'account.renamed', accountId: account.id, actorId: user.id, target: accountName, details, request })
      }
      return renamed
    })
    return count || accountName === account.name ? { ok: true, value: { name: accountName } } : null
  } catch (error) {
    if (violatedConstraint(error) === 'accounts_name_key_key') return refuse(ACCOUNT_NAME_TAKEN, 'accountName')
    throw error
  }
}
