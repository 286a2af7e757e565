import 'server-only'
import { z } from 'zod'
import { type ActivityEvent, activityRow, selectActivity, selectDays } from '@/lib/audit/activity'
import { Prisma } from '@/lib/generated/prisma/client'
import { COUNTED_MAX } from '@/lib/lists'
import { type OwnershipOffer, offerRow, selectPendingOffer } from '@/lib/memberships/ownership'
import { asSeenBy } from '@/lib/people'
import { readForAccount } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { type RecentRow, type ResourceOnOverview, recentRow, resourcesShownTo, selectRecent } from './resources'
import { type SetupStep, setupSteps } from './setup'

const PEOPLE_SHOWN = 8
const INVITATIONS_SHOWN = 5

const personRow = z.object({ userId: z.string(), email: z.string().nullable(), name: z.string().nullable() })
const invitationRow = z.object({ email: z.string(), expiresAt: z.coerce.date() })

const overviewRow = z.object({
  offer: offerRow.nullable(),
  isDismissed: z.boolean().nullable(),
  people: z.array(personRow),
  memberCount: z.int(),
  invitations: z.array(invitationRow),
  invitationCount: z.int(),
  events: z.array(activityRow),
  days: z.array(z.int()),
  recent: z.array(recentRow),
})

/** Everything that an account's overview shows to the caller. */
export type Overview = {
  offer: OwnershipOffer | null
  /** the setup checklist; empty once it is done or dismissed */
  steps: SetupStep[]
  recent: { resource: ResourceOnOverview; rows: RecentRow[] }[]
  events: ActivityEvent[]
  /** the number of events on each of the last 30 days, the oldest first */
  days: number[]
  people: z.output<typeof personRow>[]
  memberCount: number
  /** null if the caller may not list invitations */
  pending: { invitations: z.output<typeof invitationRow>[]; count: number } | null
}

/** Reads the account's overview in one statement. @returns null if the caller may not see the account */
export async function readOverview(scope: AccountScope): Promise<Overview | null> {
  if (!can(scope, 'account.view')) return null
  const resources = resourcesShownTo(scope)
  const [row] = await readForAccount(scope.account.id, overviewRow, selectOverview(scope, resources))
  if (!row) return null
  const { isDismissed, recent, invitations, invitationCount, ...rest } = row
  const shown = resources.map((resource, index) => ({ resource, ...(recent[index] ?? { exists: false, rows: [] }) }))
  const steps = setupSteps(scope, { hasTeammates: row.memberCount > 1 || invitationCount > 0, recent: shown })
  return {
    ...rest,
    steps: isDismissed || steps.every(({ isDone }) => isDone) ? [] : steps,
    recent: shown,
    people: row.people.map((person) => asSeenBy(scope.user, person.userId, person)),
    events: row.events.map((event) => (event.email === null ? asSeenBy(scope.user, event.actorId, event) : event)),
    pending: can(scope, 'invitation.list') ? { invitations, count: invitationCount } : null,
  }
}

function selectOverview(scope: AccountScope, resources: ResourceOnOverview[]): Prisma.Sql {
  const { account, user } = scope
  const members = Prisma.sql`FROM memberships WHERE account_id = ${account.id}::uuid AND ${can(scope, 'member.list')}`
  const pending = Prisma.sql`
    FROM invitations WHERE account_id = ${account.id}::uuid AND accepted_at IS NULL AND revoked_at IS NULL AND ${can(scope, 'invitation.list')}`
  return Prisma.sql`
    SELECT (SELECT row_to_json(offer) FROM (${selectPendingOffer(scope)}) AS offer) AS offer,
           (SELECT setup_dismissed_at IS NOT NULL FROM memberships
             WHERE account_id = ${account.id}::uuid AND user_id = ${user.id}::uuid) AS "isDismissed",
           (SELECT coalesce(json_agg(person ORDER BY since, "userId"), '[]') FROM (
              SELECT first.*, people.email, people.name
                FROM (SELECT user_id AS "userId", created_at AS since ${members} ORDER BY created_at, user_id LIMIT ${PEOPLE_SHOWN}) AS first
                JOIN people ON people.id = first."userId") AS person) AS people,
           (SELECT count(*)::int FROM (SELECT ${members} LIMIT ${COUNTED_MAX + 1}) AS counted) AS "memberCount",
           (SELECT coalesce(json_agg(invitation ORDER BY id DESC), '[]') FROM (
              SELECT id, email, expires_at AS "expiresAt" ${pending} ORDER BY id DESC LIMIT ${INVITATIONS_SHOWN}) AS invitation) AS invitations,
           (SELECT count(*)::int FROM (SELECT ${pending} LIMIT ${COUNTED_MAX + 1}) AS counted) AS "invitationCount",
           (SELECT coalesce(json_agg(event ORDER BY at DESC, id DESC), '[]') FROM (${selectActivity(scope)}) AS event) AS events,
           (${selectDays(scope)}) AS days,
           (${selectRecent(scope, resources)}) AS recent`
}
