import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withAccount } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { withLockedMember } from './memberships'
import { OFFER_GONE, OFFER_LIFETIME_MS } from './schema'

// Ownership is handed over by two: an owner offers, the other accepts, and only then do both change.

/** An offer that stands, as the one to whom it is made sees it. */
export type OwnershipOffer = { offererId: string; offererName: string }

/**
 * Offers ownership to a member and tells them by mail. An earlier offer by the same owner ends with it.
 * @returns refused when they own the account already; null when there is no such member here, or the act is not allowed
 */
export function offerOwnership(scope: AccountScope, userId: string, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    if (!can(actor, 'ownership.offer')) return null
    if (member.role === 'OWNER') return refuse('They own this account already.')
    await endOffers(tx, scope.account.id, { ownershipOfferedBy: scope.user.id })
    await tx.$executeRaw`
      UPDATE memberships SET ownership_offered_by = ${scope.user.id}::uuid, ownership_offered_at = now()
      WHERE account_id = ${scope.account.id}::uuid AND user_id = ${userId}::uuid`
    await queueMail(tx, [
      {
        to: member.email,
        template: 'ownership-offer',
        props: {
          accountName: scope.account.name,
          offererName: scope.user.name ?? scope.user.email,
          url: `${env().APP_URL}/private/accounts/${scope.account.slug}/members`,
        },
      },
    ])
    await recordOffer(tx, scope, { kind: 'ownership.offered', target: member.email, targetId: userId, request })
    return { ok: true, value: member.email }
  })
}

/** Takes an offer back. Any owner may. @returns null when there is no such member here, or the act is not allowed */
export function withdrawOwnership(scope: AccountScope, userId: string, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    if (!can(actor, 'ownership.offer')) return null
    await endOffers(tx, scope.account.id, { userId })
    await recordOffer(tx, scope, { kind: 'ownership.withdrawn', target: member.email, targetId: userId, request })
    return { ok: true, value: member.email }
  })
}

/** @returns the offer that stands for whoever asks, or null */
export function findOffer(scope: AccountScope): Promise<OwnershipOffer | null> {
  return withAccount(scope.account.id, (tx) => standingOffer(tx, scope))
}

/**
 * Accepts: whoever asks becomes the owner, and who offered becomes an admin.
 * @returns refused when the offer no longer stands
 */
export function acceptOwnership(scope: AccountScope, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, scope.user.id, async (tx) => {
    const offer = await standingOffer(tx, scope)
    if (!offer) return refuse(OFFER_GONE)
    const accountId = scope.account.id
    await endOffers(tx, accountId, { OR: [{ userId: scope.user.id }, { ownershipOfferedBy: offer.offererId }] })
    await tx.membership.updateMany({ where: { accountId, userId: scope.user.id }, data: { role: 'OWNER' } })
    await tx.membership.updateMany({ where: { accountId, userId: offer.offererId }, data: { role: 'ADMIN' } })
    await recordOffer(tx, scope, {
      kind: 'ownership.accepted',
      target: offer.offererName,
      targetId: offer.offererId,
      details: { to: 'OWNER', theirs: 'ADMIN' },
      request,
    })
    return { ok: true, value: scope.account.name }
  })
}

/** Declines an offer. Does no harm when it is gone. */
export function declineOwnership(scope: AccountScope, request: RequestInfo): Promise<Result<string> | null> {
  return withLockedMember(scope, scope.user.id, async (tx) => {
    const offer = await standingOffer(tx, scope)
    if (!offer) return refuse(OFFER_GONE)
    await endOffers(tx, scope.account.id, { userId: scope.user.id })
    await recordOffer(tx, scope, { kind: 'ownership.declined', target: offer.offererName, targetId: offer.offererId, request })
    return { ok: true, value: scope.account.name }
  })
}

/** It stands for seven days by the database's clock, and while the one who made it is an owner. */
async function standingOffer(tx: Tx, scope: AccountScope): Promise<OwnershipOffer | null> {
  const [offer] = await tx.$queryRaw<OwnershipOffer[]>`
    SELECT owner.user_id AS "offererId", coalesce(users.name, users.email) AS "offererName"
      FROM memberships AS mine
      JOIN memberships AS owner ON owner.account_id = mine.account_id AND owner.user_id = mine.ownership_offered_by
      JOIN users ON users.id = owner.user_id
     WHERE mine.account_id = ${scope.account.id}::uuid AND mine.user_id = ${scope.user.id}::uuid
       AND owner.role = 'OWNER' AND mine.ownership_offered_at > now() - ${OFFER_LIFETIME_MS} * interval '1 ms'`
  return offer ?? null
}

async function endOffers(
  tx: Tx,
  accountId: string,
  where: NonNullable<Parameters<Tx['membership']['updateMany']>[0]['where']>,
): Promise<void> {
  await tx.membership.updateMany({ where: { accountId, ...where }, data: { ownershipOfferedBy: null, ownershipOfferedAt: null } })
}

async function recordOffer(
  tx: Tx,
  scope: AccountScope,
  event: {
    kind: `ownership.${'offered' | 'withdrawn' | 'accepted' | 'declined'}`
    target: string
    targetId?: string
    details?: Prisma.InputJsonObject
    request: RequestInfo
  },
): Promise<void> {
  await recordEvent(tx, { ...event, accountId: scope.account.id, actorId: scope.user.id })
}
