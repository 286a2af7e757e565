import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { COUNTED_MAX, pageOf } from '@/lib/lists'
import { asSeenBy } from '@/lib/people'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { type OwnershipOffer, offerRow, selectPendingOffer } from './ownership'
import { type MemberQuery, memberSchema, OFFER_LIFETIME_MS, ROLE_RANKS } from './schema'

const MEMBERS_PER_PAGE = 50

const memberRow = z.object({
  userId: z.uuid(),
  /** null if it is not confirmed */
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.enum(Role),
  since: z.coerce.date(),
  isOfferedOwnership: z.boolean(),
  /** whether no other member owns the account, so that this one can neither leave nor be demoted */
  isLastOwner: z.boolean(),
  /** whether they have a second factor; null unless the caller may know */
  hasFactor: z.boolean().nullable(),
})

export type Member = z.output<typeof memberRow>

const listedRow = memberRow.extend({ sortKey: z.string() })
type ListedRow = z.output<typeof listedRow>

const pageRow = z.object({ members: z.array(listedRow), count: z.int(), offer: offerRow.nullable() })

export type MemberPage = {
  members: Member[]
  /** the cursor of the next page, if there is one */
  next?: string
  /** how many members the account has, up to {@link COUNTED_MAX} and one more */
  count: number
  /** the pending offer of ownership to the caller */
  offer: OwnershipOffer | null
}

const selectMembers = (scope: AccountScope, more: Prisma.Sql = Prisma.empty) => Prisma.sql`
  SELECT m.user_id AS "userId", people.email, people.name, m.role::text AS role, m.created_at AS since,
         m.ownership_offered_by IS NOT NULL AND m.ownership_offered_at > now() - ${OFFER_LIFETIME_MS} * interval '1 ms' AS "isOfferedOwnership",
         m.role = 'OWNER' AND NOT EXISTS (
           SELECT FROM memberships AS owner WHERE owner.account_id = m.account_id AND owner.role = 'OWNER' AND owner.user_id <> m.user_id
         ) AS "isLastOwner",
         CASE WHEN ${can(scope, 'member.list-factors')} THEN
           EXISTS (SELECT FROM totp_factors AS app WHERE app.user_id = m.user_id) OR EXISTS (SELECT FROM passkeys AS key WHERE key.user_id = m.user_id)
         END AS "hasFactor" ${more}
    FROM memberships AS m JOIN people ON people.id = m.user_id`

type Order = { by: Prisma.Sql; after: (position: string) => Prisma.Sql; keyOf: (row: ListedRow) => string }

// Each order reads its own index, with a role or without, so that no page has to sort. A subquery hides the time from the
// planner. If all members of an account joined at nearly the same recent time, the planner would expect less than a page of
// rows after it, and sort all members instead of reading them in index order.
const ORDERS: Record<NonNullable<MemberQuery['sort']>, Order> = {
  joined: {
    by: Prisma.sql`m.created_at, m.user_id`,
    after: (position) => {
      const [time, userId] = split(position)
      return Prisma.sql`(m.created_at, m.user_id) > ((SELECT ${new Date(Number(time))}::timestamptz), ${userId}::uuid)`
    },
    keyOf: ({ since, userId }) => `${since.getTime()}.${userId}`,
  },
  name: {
    by: Prisma.sql`m.sort_key, m.user_id`,
    after: (position) => {
      const [userId, sortKey] = split(position)
      return Prisma.sql`(m.sort_key, m.user_id) > (${sortKey}, ${userId}::uuid)`
    },
    keyOf: ({ userId, sortKey }) => `${userId}.${sortKey}`,
  },
}

// sorts before every member
const FIRST = '0.00000000-0000-0000-0000-000000000000'

/**
 * Reads a page of the account's members, in the order they joined or by name, in one statement.
 * @param query `search` matches any part of email and name, ignoring case; `after` is the `next` of the previous page
 * @returns null if the caller may not list members
 */
export async function listMembers(scope: AccountScope, query: MemberQuery): Promise<MemberPage | null> {
  if (!can(scope, 'member.list')) return null
  const accountId = scope.account.id
  const order = ORDERS[query.sort ?? 'joined']
  const [page] = await readForAccount(
    accountId,
    pageRow,
    Prisma.sql`
      SELECT (SELECT coalesce(json_agg(member ORDER BY place), '[]') FROM (${selectPage(scope, query, order)}) AS member) AS members,
             (SELECT count(*)::int FROM (
                SELECT FROM memberships WHERE account_id = ${accountId}::uuid ORDER BY created_at, user_id LIMIT ${COUNTED_MAX + 1}) AS counted) AS count,
             (SELECT row_to_json(offer) FROM (${selectPendingOffer(scope)}) AS offer) AS offer`,
  )
  if (!page) return null
  const { rows, next } = pageOf(page.members, MEMBERS_PER_PAGE, order.keyOf)
  const members = rows.map(({ sortKey: _, ...member }) => asSeenBy(scope.user, member.userId, member))
  return { ...page, members, ...(next ? { next } : {}) }
}

function selectPage(scope: AccountScope, { search, role, sort, after }: MemberQuery, order: Order): Prisma.Sql {
  const wanted = search.toLowerCase()
  const start = after ?? (sort === 'name' ? undefined : FIRST)
  const matches = Prisma.sql`AND (strpos(people.email, ${wanted}) > 0 OR strpos(lower(people.name), ${wanted}) > 0)`
  return Prisma.sql`
    ${selectMembers(scope, Prisma.sql`, m.sort_key AS "sortKey", row_number() OVER (ORDER BY ${order.by}) AS place`)}
     WHERE m.account_id = ${scope.account.id}::uuid
       ${role ? Prisma.sql`AND m.role_rank = ${ROLE_RANKS[role]}::smallint` : Prisma.empty}
       ${start === undefined ? Prisma.empty : Prisma.sql`AND ${order.after(start)}`}
       ${wanted ? matches : Prisma.empty}
     ORDER BY ${order.by}
     LIMIT ${MEMBERS_PER_PAGE + 1}`
}

/** Splits a position at its first dot. */
function split(position: string): [first: string, rest: string] {
  const dot = position.indexOf('.')
  return [position.slice(0, dot), position.slice(dot + 1)]
}

/**
 * Reads one member of the account.
 * @param userId from the URL, not yet validated
 * @returns null if there is no such member, or the caller may not list members
 */
export async function findMember(scope: AccountScope, userId: string): Promise<Member | null> {
  if (!can(scope, 'member.list') || !memberSchema.safeParse({ userId }).success) return null
  const [member] = await readForAccount(
    scope.account.id,
    memberRow,
    Prisma.sql`${selectMembers(scope)} WHERE m.account_id = ${scope.account.id}::uuid AND m.user_id = ${userId}::uuid`,
  )
  return member ? asSeenBy(scope.user, userId, member) : null
}
