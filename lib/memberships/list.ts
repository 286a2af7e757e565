import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { asSeenBy } from '@/lib/people'
import { withAccount } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { type MemberQuery, memberSchema, OFFER_LIFETIME_MS } from './schema'

const MEMBERS_PER_PAGE = 50

const memberRow = z.object({
  userId: z.uuid(),
  /** null if it is not confirmed */
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.enum(Role),
  since: z.date(),
  isOfferedOwnership: z.boolean(),
})

export type Member = z.output<typeof memberRow>

const SELECT_MEMBERS = Prisma.sql`
  SELECT m.user_id AS "userId", people.email, people.name, m.role::text AS role, m.created_at AS since,
         m.ownership_offered_by IS NOT NULL AND m.ownership_offered_at > now() - ${OFFER_LIFETIME_MS} * interval '1 ms' AS "isOfferedOwnership"
    FROM memberships AS m JOIN people ON people.id = m.user_id`

// sorts before every member
const FIRST = { since: new Date(0), userId: '00000000-0000-0000-0000-000000000000' }

/**
 * Reads a page of the account's members, in the order they joined.
 * @param query `search` matches any part of email and name, ignoring case; `after` is the `next` of the previous page
 * @returns the members, and `next` if there is another page; null if the caller may not list members
 */
export async function listMembers(
  scope: AccountScope,
  { search, after = FIRST }: MemberQuery,
): Promise<{ members: Member[]; next?: string } | null> {
  if (!can(scope, 'member.list')) return null
  const wanted = search.toLowerCase()
  const matches = Prisma.sql`AND (strpos(people.email, ${wanted}) > 0 OR strpos(lower(people.name), ${wanted}) > 0)`
  // A subquery hides the time from the planner. If all members of an account joined at nearly the same recent time, the
  // planner would expect less than a page of rows after it, and sort all members instead of reading them in index order.
  const found = await withAccount(scope.account.id, (tx) =>
    rows(
      tx,
      memberRow,
      Prisma.sql`
        ${SELECT_MEMBERS}
         WHERE m.account_id = ${scope.account.id}::uuid
           AND (m.created_at, m.user_id) > ((SELECT ${after.since}::timestamptz), ${after.userId}::uuid)
           ${wanted ? matches : Prisma.empty}
         ORDER BY m.created_at, m.user_id
         LIMIT ${MEMBERS_PER_PAGE + 1}`,
    ),
  )
  const members = found.slice(0, MEMBERS_PER_PAGE).map((member) => asSeenBy(scope.user, member.userId, member))
  const last = members.at(-1)
  return found.length > MEMBERS_PER_PAGE && last ? { members, next: `${last.since.getTime()}.${last.userId}` } : { members }
}

/**
 * Reads one member of the account.
 * @param userId from the URL, not yet validated
 * @returns null if there is no such member, or the caller may not list members
 */
export async function findMember(scope: AccountScope, userId: string): Promise<Member | null> {
  if (!can(scope, 'member.list') || !memberSchema.safeParse({ userId }).success) return null
  const [member] = await withAccount(scope.account.id, (tx) =>
    rows(tx, memberRow, Prisma.sql`${SELECT_MEMBERS} WHERE m.account_id = ${scope.account.id}::uuid AND m.user_id = ${userId}::uuid`),
  )
  return member ? asSeenBy(scope.user, userId, member) : null
}
