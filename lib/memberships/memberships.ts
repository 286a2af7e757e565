import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withAccount } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { Actor } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'
import { LAST_OWNER } from './schema'

/**
 * Changes what a member is.
 * @returns refused when they are the last owner; null when there is no such member here, or the act is not allowed
 */
export function changeRole(
  scope: AccountScope,
  { userId, role }: { userId: string; role: Role },
  request: RequestInfo,
): Promise<Result<string> | null> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    if (!can(actor, 'member.change-role', { role: member.role, newRole: role })) return null
    if (role !== 'OWNER' && (await isLastOwner(tx, member))) return refuse(LAST_OWNER)
    if (role === member.role) return { ok: true, value: member.email }
    await tx.membership.update({
      where: { accountId_userId: { accountId: scope.account.id, userId } },
      data: { role, ownershipOfferedBy: null, ownershipOfferedAt: null },
      select: { userId: true },
    })
    if (role !== 'OWNER') await withdrawOffersBy(tx, scope.account.id, userId)
    await recordEvent(tx, {
      kind: 'membership.role-changed',
      accountId: scope.account.id,
      actorId: scope.user.id,
      target: member.email,
      targetId: userId,
      details: { from: member.role, to: role },
      request,
    })
    return { ok: true, value: member.email }
  })
}

/**
 * Takes a member out of the account: gone from it at their next request.
 * @returns refused when they are the last owner; null when there is no such member here, or the act is not allowed
 */
export function removeMember(scope: AccountScope, userId: string, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    if (!can(actor, 'member.remove', { role: member.role })) return null
    return takeOut(tx, scope, member, { kind: 'membership.removed', request })
  })
}

/**
 * Leaves the account.
 * @returns refused when one is its last owner; null when one has gone already
 */
export function leaveAccount(scope: AccountScope, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, scope.user.id, async (tx, actor, self) => {
    if (!can(actor, 'member.leave')) return null
    return takeOut(tx, scope, self, { kind: 'membership.left', request })
  })
}

async function takeOut(
  tx: Tx,
  scope: AccountScope,
  member: LockedMember,
  event: { kind: 'membership.removed' | 'membership.left'; request: RequestInfo },
): Promise<Result<string>> {
  if (await isLastOwner(tx, member)) return refuse(LAST_OWNER)
  await tx.membership.deleteMany({ where: { accountId: scope.account.id, userId: member.userId } })
  await recordEvent(tx, { ...event, accountId: scope.account.id, actorId: scope.user.id, target: member.email, targetId: member.userId })
  return { ok: true, value: member.email }
}

export type LockedMember = { accountId: string; userId: string; role: Role; email: string }

/**
 * Works on one member of the account while nobody else changes any: two owners who demote each other at the same moment
 * come one after the other, and the second is judged by what the first has left of them.
 * @param work gets who asks, with the role they have by now, and the member
 * @returns what `work` returns; null when who asks, or the member, is not in this account
 */
export function withLockedMember<T>(
  scope: AccountScope,
  userId: string,
  work: (tx: Tx, actor: Actor, member: LockedMember) => Promise<T>,
): Promise<T | null> {
  const accountId = scope.account.id
  return withAccount(accountId, async (tx) => {
    await tx.$queryRaw`SELECT id FROM accounts WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`
    const found = await tx.membership.findMany({
      where: { accountId, userId: { in: [scope.user.id, userId] } },
      select: { userId: true, role: true, user: { select: { email: true } } },
    })
    const [actor, member] = [scope.user.id, userId].map((id) => found.find((membership) => membership.userId === id))
    if (!actor || !member) return null
    return work(tx, { user: scope.user, membership: { role: actor.role } }, { ...member, accountId, email: member.user.email })
  })
}

async function isLastOwner(tx: Tx, { accountId, userId, role }: LockedMember): Promise<boolean> {
  if (role !== 'OWNER') return false
  // Raw, because Prisma passes the role as text to cast, and PostgreSQL cannot match that with the partial index on owners.
  const others = Prisma.sql`SELECT user_id FROM memberships WHERE account_id = ${accountId}::uuid AND role = 'OWNER' AND user_id <> ${userId}::uuid`
  const [found] = await rows(tx, z.object({ exists: z.boolean() }), Prisma.sql`SELECT EXISTS (${others})`)
  return !found?.exists
}

/** Who is no longer an owner offers ownership to nobody. */
async function withdrawOffersBy(tx: Tx, accountId: string, userId: string): Promise<void> {
  await tx.membership.updateMany({
    where: { accountId, ownershipOfferedBy: userId },
    data: { ownershipOfferedBy: null, ownershipOfferedAt: null },
  })
}
