import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withAccount, withUser } from '@/lib/platform/db'
import { queueJob } from '@/lib/platform/queue'
import { can, type Permission } from '@/lib/policy'
import type { AccountScope, UserScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import { ACCOUNT_NOT_RESTORABLE, CONFIRMATION_DIFFERS, RESTORABLE_HOURS } from './schema'

/**
 * Deletes the account: gone for everyone at the next request, restorable by an owner for a while, then erased by a job.
 * @returns null when one may not; refused on `confirmation` when that is not the account's name
 */
export async function deleteAccount(
  scope: AccountScope,
  { confirmation }: { confirmation: string },
  request: RequestInfo,
): Promise<Result<{ id: string }> | null> {
  if (!can(scope, 'account.delete')) return null
  const { account, user } = scope
  if (foldText(confirmation) !== foldText(account.name)) return refuse(CONFIRMATION_DIFFERS, 'confirmation')
  return withAccount(account.id, async (tx) => {
    if (!(await mayStill(tx, scope, account.id, 'account.delete'))) return null // what the scope says may be over by now
    const [deleted] = await tx.$queryRaw<{ until: Date }[]>`
      UPDATE accounts SET deleted_at = now() WHERE id = ${account.id}::uuid AND deleted_at IS NULL
      RETURNING deleted_at + ${RESTORABLE_HOURS} * interval '1 hour' AS until`
    if (!deleted) return null
    await recordEvent(tx, { kind: 'account.deleted', accountId: account.id, actorId: user.id, target: account.name, request })
    await queueJob(tx, 'erase-account', { accountId: account.id }, { runAt: deleted.until })
    return { ok: true, value: { id: account.id } }
  })
}

/**
 * Brings a deleted account back as it was.
 * @returns its slug; refused in one way when there is no such account, it is too late, or one may not
 */
export async function restoreAccount(scope: UserScope, id: string, request: RequestInfo): Promise<Result<{ slug: string }>> {
  // Through the person's door first: an account's own door asks nobody whether they may enter.
  const mayEnter = await withUser(scope.user.id, (tx) => mayStill(tx, scope, id, 'account.restore'))
  if (!mayEnter) return refuse(ACCOUNT_NOT_RESTORABLE)
  return withAccount(id, async (tx) => {
    if (!(await mayStill(tx, scope, id, 'account.restore'))) return refuse(ACCOUNT_NOT_RESTORABLE)
    const [restored] = await tx.$queryRaw<{ name: string; slug: string }[]>`
      UPDATE accounts SET deleted_at = NULL
      WHERE id = ${id}::uuid AND deleted_at > now() - ${RESTORABLE_HOURS} * interval '1 hour'
      RETURNING name, slug`
    if (!restored) return refuse(ACCOUNT_NOT_RESTORABLE)
    await recordEvent(tx, { kind: 'account.restored', accountId: id, actorId: scope.user.id, target: restored.name, request })
    return { ok: true, value: { slug: restored.slug } }
  })
}

/** Whether the role of this user in this account, as it is in this transaction, allows the act. */
async function mayStill(tx: Tx, scope: UserScope, accountId: string, act: Permission): Promise<boolean> {
  const membership = await tx.membership.findUnique({
    where: { accountId_userId: { accountId, userId: scope.user.id } },
    select: { role: true },
  })
  return !!membership && can({ user: scope.user, membership }, act)
}
