import 'server-only'
import { z } from 'zod'
import { type AccountPolicy, accountPolicyRow, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { readWithoutContext } from '@/lib/platform/read'
import { isRecentAuth, type Proof, proofSchema } from './proofs/schema'
import { RECENT_AUTH_MS } from './sessions/lifetimes'
import { hashSessionId } from './sessions/sessions'

// Scopes, and the one place that creates them. lib/scope.ts finds the session of a request.

/** The authenticated caller. */
export type UserScope = Readonly<{
  /**
   * `proofs`: how the user authenticated. `hasRecentAuth`: whether they did so in the last ten minutes by the database's clock,
   * and not only with an emailed link (ASVS 7.5.1); an account can shorten that. `idleSeconds`: the longest time without a
   * request since they last authenticated
   */
  session: Readonly<{ id: string; remembered: boolean; proofs: readonly Proof[]; idleSeconds: number; hasRecentAuth: boolean }>
  user: Readonly<{ id: string; email: string; name: string | null; emailVerified: Date | null }>
}>

/** The authenticated caller, and the account of the request. */
export type AccountScope = UserScope &
  Readonly<{
    account: Readonly<{ id: string; name: string; slug: string; policy: AccountPolicy }>
    membership: Readonly<{ role: Role }>
  }>

/**
 * The session of a user who has signed in, and may still have to verify a second factor. It allows only that and signing out. It
 * has another shape than a scope, so that no domain function mistakes it for a scope.
 */
export type SessionClaim = Readonly<{
  claim: Readonly<{ session: Readonly<{ id: string; remembered: boolean }>; user: Readonly<{ id: string; email: string }> }>
  /** whether a second factor is missing */
  isPending: boolean
  /** whether the operator removed the user's second factors, and they have not added one since */
  mustEnroll: boolean
}>

/** A session, and what it gives access to. */
export type Session = SessionClaim & { scope: UserScope | AccountScope | null; isStale: boolean; isAccountSuspended: boolean }

/** Returns whether the caller is a member of the account that their scope was read for. */
export function isInAccount(scope: UserScope): scope is AccountScope {
  return 'account' in scope
}

const scopeRow = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  email_verified_at: z.date().nullable(),
  remembered: z.boolean(),
  proofs: z.array(proofSchema),
  idle_seconds: z.number(),
  is_stale: z.boolean(),
  is_pending: z.boolean(),
  must_enroll: z.boolean(),
  account_id: z.string().nullable(),
  account_name: z.string().nullable(),
  account_slug: z.string().nullable(),
  role: z.enum(Role).nullable(),
  policy: accountPolicyRow.nullable(),
  is_account_suspended: z.boolean(),
})

/**
 * Reads a session and its scope in one statement. No other function creates scopes.
 * @param slug of the requested account; null for none
 * @returns null if the session has ended. The scope is null if the user has yet to verify a second factor, and has no account if
 *   they are not a member of one with this slug, or it is suspended
 */
export async function sessionOf(sessionId: string, slug: string | null): Promise<Session | null> {
  const hash = hashSessionId(sessionId)
  const [row] = await readWithoutContext(
    scopeRow,
    Prisma.sql`
      SELECT *, needs_second_factor(found.user_id, ${hash}) AS is_pending,
             EXISTS (SELECT FROM factor_resets AS reset WHERE reset.user_id = found.user_id) AS must_enroll
        FROM scope_of(${hash}, ${slug}) AS found`,
  )
  if (!row) return null
  const { user_id: id, email, remembered, is_stale: isStale, is_pending: isPending, must_enroll: mustEnroll } = row
  const claim = Object.freeze({ session: Object.freeze({ id: sessionId, remembered }), user: Object.freeze({ id, email }) })
  const scope = isPending ? null : toScope(sessionId, row)
  return { claim, isPending, mustEnroll, isStale, isAccountSuspended: row.is_account_suspended, scope }
}

/** Reads a scope as {@link sessionOf} does. @returns null if the session has ended, or a second factor is missing */
export async function scopeOf(sessionId: string, slug: string | null) {
  const found = await sessionOf(sessionId, slug)
  return found?.scope ? { scope: found.scope, isStale: found.isStale } : null
}

function toScope(sessionId: string, row: z.output<typeof scopeRow>): UserScope | AccountScope {
  const proofs = Object.freeze(row.proofs.map((proof) => Object.freeze({ ...proof, detail: Object.freeze(proof.detail) })))
  const { recentAuthMinutes } = row.policy ?? DEFAULT_POLICY
  const recentMs = Math.min(RECENT_AUTH_MS, (recentAuthMinutes ?? Number.POSITIVE_INFINITY) * 60_000)
  const hasRecentAuth = proofs.some((proof) => isRecentAuth(proof, recentMs / 1000))
  const scope: UserScope = {
    session: Object.freeze({ id: sessionId, remembered: row.remembered, proofs, idleSeconds: row.idle_seconds, hasRecentAuth }),
    user: Object.freeze({ id: row.user_id, email: row.email, name: row.name, emailVerified: row.email_verified_at }),
  }
  if (!row.account_id || !row.account_name || !row.account_slug || !row.role) return Object.freeze(scope)
  const policy = Object.freeze(row.policy ?? DEFAULT_POLICY)
  const account = Object.freeze({ id: row.account_id, name: row.account_name, slug: row.account_slug, policy })
  return Object.freeze({ ...scope, account, membership: Object.freeze({ role: row.role }) })
}
