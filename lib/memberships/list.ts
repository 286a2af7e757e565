import 'server-only'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Role } from '@/lib/generated/prisma/enums'
import { withAccount } from '@/lib/platform/db'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { type MemberQuery, memberSchema, OFFER_LIFETIME_MS } from './schema'

const MEMBERS_A_PAGE = 50

const STANDING_OFFER = Prisma.sql`m.ownership_offered_by IS NOT NULL AND m.ownership_offered_at > now() - ${OFFER_LIFETIME_MS} * interval '1 ms'`

export type Member = { userId: string; email: string; name: string | null; role: Role; since: Date; isOfferedOwnership: boolean }

// before everyone: the first member came later, and no id is lower
const FIRST = { since: new Date(0), userId: '00000000-0000-0000-0000-000000000000' }

/**
 * A page of the members of the account in scope, in the order they came.
 * @param query `search` finds in email and name, without regard to case; `after` is the `next` of the page before
 * @returns the members, and where the next page begins, if there is one; null when one may not see them
 */
export async function listMembers(
  scope: AccountScope,
  { search, after = FIRST }: MemberQuery,
): Promise<{ members: Member[]; next?: string } | null> {
  if (!can(scope, 'member.list')) return null
  const wanted = search.toLowerCase()
  // Where the page begins is asked for by a query of its own, so that the planner does not know it. An account grows all at
  // once, later than most: told the moment, the planner expects fewer people after it than one page, and reads and sorts them all.
  const found = await withAccount(
    scope.account.id,
    (tx) => tx.$queryRaw<Member[]>`
      SELECT m.user_id AS "userId", u.email, u.name, m.role::text AS role, m.created_at AS since,
             ${STANDING_OFFER} AS "isOfferedOwnership"
        FROM memberships AS m JOIN users AS u ON u.id = m.user_id
       WHERE m.account_id = ${scope.account.id}::uuid
         AND (m.created_at, m.user_id) > ((SELECT ${after.since}::timestamptz), ${after.userId}::uuid)
         AND (${wanted} = '' OR strpos(u.email, ${wanted}) > 0 OR strpos(lower(u.name), ${wanted}) > 0)
       ORDER BY m.created_at, m.user_id
       LIMIT ${MEMBERS_A_PAGE + 1}`,
  )
  const members = found.slice(0, MEMBERS_A_PAGE)
  const last = members.at(-1)
  return found.length > MEMBERS_A_PAGE && last ? { members, next: `${last.since.getTime()}.${last.userId}` } : { members }
}

/** @param userId from the URL, as it came. @returns null when there is no such member here, or one may not see them */
export async function findMember(scope: AccountScope, userId: string): Promise<Member | null> {
  if (!can(scope, 'member.list') || !memberSchema.safeParse({ userId }).success) return null
  const [member] = await withAccount(
    scope.account.id,
    (tx) => tx.$queryRaw<Member[]>`
      SELECT m.user_id AS "userId", u.email, u.name, m.role::text AS role, m.created_at AS since,
             ${STANDING_OFFER} AS "isOfferedOwnership"
        FROM memberships AS m JOIN users AS u ON u.id = m.user_id
       WHERE m.account_id = ${scope.account.id}::uuid AND m.user_id = ${userId}::uuid`,
  )
  return member ?? null
}
