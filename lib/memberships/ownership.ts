import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { refuseMails } from '@/lib/http/limits/in-transaction'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { rows } from '@/lib/platform/rows'
import { refuse } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { withLockedMember } from './memberships'
import { OFFER_LIFETIME_MS } from './schema'

// Transferring ownership takes two people: an owner offers it, and the roles change once the other member accepts.

/** One row of {@link selectPendingOffer}. */
export const offerRow = z.object({ offererId: z.string(), offererName: z.string() })

/** A pending offer, as the member who received it sees it. */
export type OwnershipOffer = z.output<typeof offerRow>

const offerWithEmailRow = offerRow.extend({ offererEmail: z.string() })

/**
 * Offers ownership to a member, and emails them. Ends an earlier offer by the same owner.
 * @returns the name that others see; `conflict` if they already own the account, or an email is not confirmed, or they got
 *   too many offers in an hour; `not-found`; `forbidden`
 */
export function offerOwnership(scope: AccountScope, userId: string, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    const refused = refuse(actor, 'ownership.offer')
    if (refused) return refused
    if (member.role === 'OWNER') return conflict('already-owner')
    if (!member.email) return conflict('member-unconfirmed')
    const limited = await refuseMails(tx, 'ownership-offer-mail', [member.email])
    if (limited) return limited
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
          offererName: nameOf(scope),
          url: membersUrl(scope.account.slug),
        },
      },
    ])
    await recordOffer(tx, scope, { kind: 'ownership.offered', target: member.label, targetId: userId, request })
    return ok(member.label)
  })
}

/** Withdraws an offer. Any owner may. @returns the name that others see; `not-found`; `forbidden` */
export function withdrawOwnership(scope: AccountScope, userId: string, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, userId, async (tx, actor, member) => {
    const refused = refuse(actor, 'ownership.withdraw')
    if (refused) return refused
    await endOffers(tx, scope.account.id, { userId })
    await recordOffer(tx, scope, { kind: 'ownership.withdrawn', target: member.label, targetId: userId, request })
    return ok(member.label)
  })
}

/**
 * Makes the caller an owner, and the owner who offered an admin, and emails the latter.
 * @returns the account's name; `conflict` if the offer has ended, or the caller's email is not confirmed
 */
export function acceptOwnership(scope: AccountScope, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    const refused = refuse(actor, 'ownership.accept')
    if (refused) return refused
    const offer = await readPendingOffer(tx, scope)
    if (!offer) return conflict('ownership-offer-expired')
    const accountId = scope.account.id
    await endOffers(tx, accountId, { OR: [{ userId: scope.user.id }, { ownershipOfferedBy: offer.offererId }] })
    await tx.membership.updateMany({ where: { accountId, userId: scope.user.id }, data: { role: 'OWNER' } })
    await tx.membership.updateMany({ where: { accountId, userId: offer.offererId }, data: { role: 'ADMIN' } })
    await recordOffer(tx, scope, {
      kind: 'ownership.accepted',
      target: offer.offererEmail,
      targetId: offer.offererId,
      details: { to: 'OWNER', theirs: 'ADMIN' },
      request,
    })
    const props = {
      accountName: scope.account.name,
      newOwnerName: nameOf(scope),
      supportEmail: env().SUPPORT_EMAIL,
      url: membersUrl(scope.account.slug),
    }
    await queueMail(tx, [{ to: offer.offererEmail, template: 'ownership-transferred', props }])
    return ok(scope.account.name)
  })
}

/** Declines an offer, and emails the owner who made it. @returns the account's name; `conflict` if the offer has ended */
export function declineOwnership(scope: AccountScope, request: RequestInfo): Promise<Outcome<string>> {
  return withLockedMember(scope, scope.user.id, async (tx) => {
    const offer = await readPendingOffer(tx, scope)
    if (!offer) return conflict('ownership-offer-expired')
    await endOffers(tx, scope.account.id, { userId: scope.user.id })
    await recordOffer(tx, scope, { kind: 'ownership.declined', target: offer.offererEmail, targetId: offer.offererId, request })
    const props = { accountName: scope.account.name, memberName: nameOf(scope), url: membersUrl(scope.account.slug) }
    await queueMail(tx, [{ to: offer.offererEmail, template: 'ownership-declined', props }])
    return ok(scope.account.name)
  })
}

function nameOf({ user }: AccountScope): string {
  return user.name ?? user.email
}

function membersUrl(slug: string): string {
  return `${env().APP_URL}/private/accounts/${slug}/members`
}

async function readPendingOffer(tx: Tx, scope: AccountScope): Promise<z.output<typeof offerWithEmailRow> | null> {
  const [offer] = await rows(tx, offerWithEmailRow, selectPendingOffer(scope))
  return offer ?? null
}

/** Selects the pending offer to the caller. It lasts seven days by the database's clock, and ends if its owner loses the role. */
export function selectPendingOffer(scope: AccountScope): Prisma.Sql {
  return Prisma.sql`
    SELECT owner.user_id AS "offererId", coalesce(people.name, people.email) AS "offererName",
           people.email AS "offererEmail"
      FROM memberships AS mine
      JOIN memberships AS owner ON owner.account_id = mine.account_id AND owner.user_id = mine.ownership_offered_by
      JOIN people ON people.id = owner.user_id AND people.email IS NOT NULL
     WHERE mine.account_id = ${scope.account.id}::uuid AND mine.user_id = ${scope.user.id}::uuid
       AND owner.role = 'OWNER' AND mine.ownership_offered_at > now() - ${OFFER_LIFETIME_MS} * interval '1 ms'`
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
