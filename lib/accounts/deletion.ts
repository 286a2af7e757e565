import 'server-only'
import { z } from 'zod'
import { readPolicy } from '@/lib/account-policies/account-policies'
import { unmet } from '@/lib/account-policies/policy'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, invalid, notFound, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withAccount, withUser } from '@/lib/platform/db'
import { queueJob } from '@/lib/platform/queue'
import { rows } from '@/lib/platform/rows'
import { can, type Permission, refuse } from '@/lib/policy'
import type { AccountScope, UserScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import { RESTORABLE_HOURS } from './schema'

/**
 * Deletes the account. Members lose access at their next request. An owner can restore it until a job erases it.
 * @returns its id; `invalid` if `confirmation` is not its name; `recent-auth`; `forbidden`; `not-found` if it is already deleted
 */
export async function deleteAccount(
  scope: AccountScope,
  { confirmation }: { confirmation: string },
  request: RequestInfo,
): Promise<Outcome<{ id: string }>> {
  const refused = refuse(scope, 'account.delete')
  if (refused && refused.status !== 'recent-auth') return refused
  const { account, user } = scope
  // Checks the name before the password, so that users do not enter their password for a form that is refused anyway.
  if (foldText(confirmation) !== foldText(account.name)) return invalid({ confirmation: 'account-name-differs' })
  if (refused) return refused
  return withAccount(account.id, async (tx) => {
    // The role may have changed since the scope was read.
    if (!(await stillHasPermission(tx, scope, account.id, 'account.delete'))) return forbidden
    const [deleted] = await rows(
      tx,
      z.object({ until: z.date() }),
      Prisma.sql`
      UPDATE accounts SET deleted_at = now() WHERE id = ${account.id}::uuid AND deleted_at IS NULL
      RETURNING deleted_at + ${RESTORABLE_HOURS} * interval '1 hour' AS until`,
    )
    if (!deleted) return notFound
    await recordEvent(tx, { kind: 'account.deleted', accountId: account.id, actorId: user.id, target: account.name, request })
    await queueJob(tx, 'erase-account', { accountId: account.id }, { runAt: deleted.until })
    return ok({ id: account.id })
  })
}

/**
 * Restores a deleted account.
 * @returns its slug; the same `conflict` if it does not exist, it is too late, or the caller may not restore it; another one if
 *   their session does not meet the account's policy
 */
export async function restoreAccount(scope: UserScope, id: string, request: RequestInfo): Promise<Outcome<{ slug: string }>> {
  // The user's context comes first, because withAccount does not check membership.
  const mayRestore = await withUser(scope.user.id, (tx) => stillHasPermission(tx, scope, id, 'account.restore'))
  if (!mayRestore) return conflict('account-not-restorable')
  return withAccount(id, async (tx) => {
    if (!(await stillHasPermission(tx, scope, id, 'account.restore'))) return conflict('account-not-restorable')
    const { proofs, idleSeconds } = scope.session
    if (unmet(await readPolicy(tx, id), { role: 'OWNER', proofs, idleSeconds }, request).length) return conflict('account-policy-restore')
    const [restored] = await rows(
      tx,
      z.object({ name: z.string(), slug: z.string() }),
      Prisma.sql`
      UPDATE accounts SET deleted_at = NULL
      WHERE id = ${id}::uuid AND deleted_at > now() - ${RESTORABLE_HOURS} * interval '1 hour'
      RETURNING name, slug`,
    )
    if (!restored) return conflict('account-not-restorable')
    await recordEvent(tx, { kind: 'account.restored', accountId: id, actorId: scope.user.id, target: restored.name, request })
    return ok({ slug: restored.slug })
  })
}

/** Reads the user's current role in this transaction, and returns whether it has the permission. */
async function stillHasPermission(tx: Tx, scope: UserScope, accountId: string, permission: Permission): Promise<boolean> {
  const membership = await tx.membership.findUnique({
    where: { accountId_userId: { accountId, userId: scope.user.id } },
    select: { role: true },
  })
  return !!membership && can({ user: scope.user, membership }, permission)
}
