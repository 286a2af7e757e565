import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { withLockedMember } from '@/lib/memberships/memberships'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { displayName } from '@/lib/people'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { readForAccount } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import { can, refuse } from '@/lib/policy'
import { proofSchema } from '@/lib/proofs/schema'
import type { AccountScope } from '@/lib/scope'
import { readPolicy } from './account-policies'
import { needsSecondFactor, unmet } from './policy'
import type { AccountPolicy, PolicyRule } from './schema'
import { changesBetween } from './summary'

const MEMBERS_PLANNED = 200

const memberRow = z.object({
  userId: z.uuid(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.enum(Role),
  ip: z.string().nullable(),
  idleSeconds: z.number().nullable(),
  proofs: z.array(proofSchema),
})

/** A member that a policy would affect. */
export type AffectedMember = {
  userId: string
  label: string
  role: Role
  /** the rules that their newest session does not meet, or their next sign-in must meet */
  rules: PolicyRule[]
  isSignedIn: boolean
}

/** The effect of a policy: which members it affects and what each must do. `refusal` says why it can't be saved. */
export type PolicyPlan = {
  affected: AffectedMember[]
  hasMore: boolean
  refusal: 'policy-shuts-you-out' | 'policy-needs-your-factor' | null
}

/**
 * Plans a change of the account's policy without making it: a dry run over the newest session of each member.
 * @returns null if the caller may not change the policy
 */
export async function planPolicy(scope: AccountScope, wanted: AccountPolicy, request: RequestInfo): Promise<PolicyPlan | null> {
  if (!can(scope, 'account.change-policy')) return null
  const members = await readForAccount(
    scope.account.id,
    memberRow,
    Prisma.sql`
      SELECT m.user_id AS "userId", people.email, people.name, m.role::text AS role, newest.ip,
             greatest(newest.longest_idle_seconds, extract(epoch FROM now() - newest.last_seen_at))::float8 AS "idleSeconds",
             proofs_of_session(newest.id_hash) AS proofs
        FROM (SELECT user_id, role FROM memberships WHERE account_id = ${scope.account.id}::uuid
               ORDER BY created_at, user_id LIMIT ${MEMBERS_PLANNED + 1}) AS m
        JOIN people ON people.id = m.user_id
        LEFT JOIN LATERAL (
          SELECT id_hash, ip, last_seen_at, longest_idle_seconds FROM sessions
           WHERE user_id = m.user_id AND idle_expires_at > now() AND expires_at > now()
           ORDER BY last_seen_at DESC LIMIT 1) AS newest ON true`,
  )
  const affected = members.slice(0, MEMBERS_PLANNED).flatMap((member) => {
    const rules = member.userId === scope.user.id ? unmetBy(scope, wanted, request) : rulesFor(member, wanted)
    const { userId, role } = member
    return rules.length ? [{ userId, role, label: displayName(member), rules, isSignedIn: member.idleSeconds !== null }] : []
  })
  return { affected, hasMore: members.length > MEMBERS_PLANNED, refusal: refusalOf(scope, wanted, request) }
}

/** A member without a session must verify a second factor at sign-in if their role requires it. Their address is not known yet. */
function rulesFor({ role, proofs, idleSeconds, ip }: z.output<typeof memberRow>, wanted: AccountPolicy): PolicyRule[] {
  if (idleSeconds === null) return needsSecondFactor(wanted, role) ? ['second-factor'] : []
  return unmet(wanted, { role, proofs, idleSeconds }, { ip })
}

function unmetBy({ session: { proofs, idleSeconds }, membership: { role } }: AccountScope, wanted: AccountPolicy, request: RequestInfo) {
  return unmet(wanted, { role, proofs, idleSeconds }, request)
}

/** The owner who saves a policy must meet it from their own network, so the account always has an owner with access. */
function refusalOf(scope: AccountScope, wanted: AccountPolicy, request: RequestInfo): PolicyPlan['refusal'] {
  const rules = unmetBy(scope, wanted, request)
  if (rules.includes('address')) return 'policy-shuts-you-out'
  return rules.length ? 'policy-needs-your-factor' : null
}

/**
 * Changes the account's policy. It applies from each member's next request. The other owners are notified.
 * @returns how many rules changed; `conflict` if the caller's own session would not meet it; `recent-auth`; `forbidden`
 */
export function changePolicy(scope: AccountScope, wanted: AccountPolicy, request: RequestInfo): Promise<Outcome<number>> {
  return withLockedMember(scope, scope.user.id, async (tx, actor) => {
    const refused = refuse(actor, 'account.change-policy')
    if (refused) return refused
    const ownRefusal = refusalOf({ ...scope, membership: actor.membership }, wanted, request)
    if (ownRefusal) return conflict(ownRefusal)
    const before = await readPolicy(tx, scope.account.id)
    await store(tx, scope.account.id, wanted)
    const after = await readPolicy(tx, scope.account.id) // with ranges as the database writes them
    const changes = changesBetween(before, after)
    if (!changes.length) return ok(0)
    await recordEvent(tx, {
      kind: 'account.policy-changed',
      accountId: scope.account.id,
      actorId: scope.user.id,
      target: scope.account.name,
      details: { rules: changes.map(({ rule }) => rule.toLowerCase()).join(', '), before, after },
      request,
    })
    await notifyOwners(tx, scope, changes)
    return ok(changes.length)
  })
}

async function store(tx: Tx, accountId: string, policy: AccountPolicy): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO account_policies (account_id, second_factor, factor_methods, recent_auth_minutes, idle_minutes, absolute_hours,
                                  email_domains, ip_ranges, remembered_browsers)
    VALUES (${accountId}::uuid, ${policy.secondFactor}, ${policy.factorMethods}::text[], ${policy.recentAuthMinutes}::smallint,
            ${policy.idleMinutes}::integer, ${policy.absoluteHours}::integer, ${policy.emailDomains}::text[],
            ARRAY(SELECT network(range::inet)::cidr FROM unnest(${policy.ipRanges}::text[]) AS range),
            ${policy.rememberedBrowsers})
    ON CONFLICT (account_id) DO UPDATE SET
      second_factor = excluded.second_factor, factor_methods = excluded.factor_methods,
      recent_auth_minutes = excluded.recent_auth_minutes, idle_minutes = excluded.idle_minutes,
      absolute_hours = excluded.absolute_hours, email_domains = excluded.email_domains, ip_ranges = excluded.ip_ranges,
      remembered_browsers = excluded.remembered_browsers`
}

async function notifyOwners(tx: Tx, { account, user }: AccountScope, changes: { rule: string; from: string; to: string }[]): Promise<void> {
  const owners = await rows(
    tx,
    z.object({ email: z.string() }),
    Prisma.sql`
      SELECT people.email FROM memberships AS m JOIN people ON people.id = m.user_id
       WHERE m.account_id = ${account.id}::uuid AND m.role = 'OWNER' AND m.user_id <> ${user.id}::uuid AND people.email IS NOT NULL`,
  )
  const url = `${env().APP_URL}/private/accounts/${account.slug}/settings/security`
  const props = { accountName: account.name, changedBy: user.name ?? user.email, changes, url }
  await queueMail(
    tx,
    owners.map(({ email }) => ({ to: email, template: 'policy-changed' as const, props })),
  )
}
