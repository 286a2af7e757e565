import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, notFound, type Outcome, ok } from '@/lib/outcome'
import { displayName } from '@/lib/people'
import { type Tx, withAccount } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { refuse } from '@/lib/policy'
import type { Caller } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'

/** Changes a member's role. @returns the name that others see; `conflict` if they are the last owner; `not-found`; `forbidden` */
export function changeRole(
  scope: AccountScope,
  { userId, role }: { userId: string; role: Role },
  request: RequestInfo,
): Promise<Outcome<string>> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    const refused = refuse(actor, 'member.change-role', { role: member.role, newRole: role })
    if (refused) return refused
    if (role !== 'OWNER' && (await isLastOwner(tx, member))) return conflict('last-owner')
    if (role === member.role) return ok(member.label)
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
      target: member.label,
      targetId: userId,
      details: { from: member.role, to: role },
      request,
    })
    return ok(member.label)
  })
}

/**
 * Removes a member, who loses access at their next request.
 * @returns the name that others see; `conflict` if they are the last owner; `not-found`; `forbidden`
 */
export function removeMember(scope: AccountScope, userId: string, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    return (
      refuse(actor, 'member.remove', { role: member.role }) ?? endMembership(tx, scope, member, { kind: 'membership.removed', request })
    )
  })
}

/** Removes the caller from the account. @returns the name that others see; `conflict` if they are its last owner; `not-found` if they already left */
export function leaveAccount(scope: AccountScope, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, scope.user.id, async (tx, actor, self) => {
    return refuse(actor, 'member.leave') ?? endMembership(tx, scope, self, { kind: 'membership.left', request })
  })
}

async function endMembership(
  tx: Tx,
  scope: AccountScope,
  member: LockedMember,
  event: { kind: 'membership.removed' | 'membership.left'; request: RequestInfo },
): Promise<Outcome<string>> {
  if (await isLastOwner(tx, member)) return conflict('last-owner')
  await tx.membership.deleteMany({ where: { accountId: scope.account.id, userId: member.userId } })
  await recordEvent(tx, {
    ...event,
    accountId: scope.account.id,
    actorId: scope.user.id,
    target: member.label,
    targetId: member.userId,
    details: { role: member.role, since: member.since },
  })
  return ok(member.label)
}

const lockedRow = z.object({ userId: z.string(), role: z.enum(Role), since: z.string(), email: z.string().nullable() })

/** A member whose account is locked. `email` is null if it is not confirmed; `label` names the member in the audit trail. */
export type LockedMember = z.output<typeof lockedRow> & { accountId: string; label: string }

/**
 * Locks the account row, then reads both memberships again. If two owners demote each other at the same time, the second
 * change is checked against the role that the first one left.
 * @param fn gets the caller with their current role, and the member
 * @returns the outcome of `fn`; `not-found` if the caller or the member is not in this account
 */
export function withLockedMember<T>(
  scope: AccountScope,
  userId: string,
  fn: (tx: Tx, actor: Caller, member: LockedMember) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const accountId = scope.account.id
  return withAccount(accountId, async (tx) => {
    await tx.$queryRaw`SELECT id FROM accounts WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`
    const found = await rows(
      tx,
      lockedRow,
      Prisma.sql`
      SELECT m.user_id AS "userId", m.role::text AS role, m.created_at::text AS since, people.email
        FROM memberships AS m JOIN people ON people.id = m.user_id
       WHERE m.account_id = ${accountId}::uuid AND m.user_id = ANY (${[scope.user.id, userId]}::uuid[])`,
    )
    const [actor, member] = [scope.user.id, userId].map((id) => found.find((membership) => membership.userId === id))
    if (!actor || !member) return notFound
    return fn(tx, { ...scope, membership: { role: actor.role } }, { ...member, accountId, label: displayName(member) })
  })
}

async function isLastOwner(tx: Tx, { accountId, userId, role }: LockedMember): Promise<boolean> {
  if (role !== 'OWNER') return false
  // Raw SQL, because Prisma passes the role as a parameter, which PostgreSQL cannot match with the partial index on owners. With
  // EXISTS and without the order, it may read the whole table instead, hoping to meet an owner soon.
  const others = await rows(
    tx,
    z.object({ userId: z.string() }),
    Prisma.sql`
    SELECT user_id AS "userId" FROM memberships
     WHERE account_id = ${accountId}::uuid AND role = 'OWNER' AND user_id <> ${userId}::uuid ORDER BY user_id LIMIT 1`,
  )
  return others.length === 0
}

/** Withdraws the offers of ownership that a former owner made. */
async function withdrawOffersBy(tx: Tx, accountId: string, userId: string): Promise<void> {
  await tx.membership.updateMany({
    where: { accountId, ownershipOfferedBy: userId },
    data: { ownershipOfferedBy: null, ownershipOfferedAt: null },
  })
}
