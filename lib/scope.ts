import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { after } from 'next/server'
import { decode } from 'next-auth/jwt'
import { cache } from 'react'
import { z } from 'zod'
import { PolicyUnmet, unmet } from '@/lib/account-policies/policy'
import { type AccountPolicy, accountPolicyRow, DEFAULT_POLICY, type PolicyRule } from '@/lib/account-policies/schema'
import { sectionPath } from '@/lib/accounts/paths'
import { logDenial } from '@/lib/denials'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { loginPath, PATH_HEADER, type Route, safePath, withCallback } from '@/lib/http/paths'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { noteCaller } from '@/lib/http/request-log'
import { env } from '@/lib/platform/env'
import { readWithoutContext } from '@/lib/platform/read'
import { sessionCookie } from './auth.config'
import { mayEver, type Permission } from './policy'
import { isRecentAuth, type Proof, proofSchema } from './proofs/schema'
import { RECENT_AUTH_MS } from './sessions/schema'
import { hashSessionId, touchSession } from './sessions/sessions'

/** The authenticated caller. */
export type UserScope = Readonly<{
  /**
   * `proofs`: how its user proved who they are. `hasRecentAuth`: they did so in the last ten minutes, not only by an emailed
   * link, by the database's clock (ASVS 7.5.1); an account can ask for less than ten. `idleSeconds`: the longest time without a
   * request since then
   */
  session: Readonly<{ id: string; remembered: boolean; proofs: readonly Proof[]; idleSeconds: number; hasRecentAuth: boolean }>
  user: Readonly<{ id: string; email: string; name: string | null; emailVerified: Date | null }>
}>

/** The authenticated caller, and the account they act in. */
export type AccountScope = UserScope &
  Readonly<{
    account: Readonly<{ id: string; name: string; slug: string; policy: AccountPolicy }>
    membership: Readonly<{ role: Role }>
  }>

/**
 * The session of a user who has signed in, and may still have to prove a second factor. It allows that and signing out, and is
 * not a scope, so that no domain function takes it for one.
 */
export type SessionClaim = Readonly<{
  claim: Readonly<{ session: Readonly<{ id: string; remembered: boolean }>; user: Readonly<{ id: string; email: string }> }>
  /** whether a second factor is missing */
  isPending: boolean
}>

/**
 * Finds the caller, for a page that anyone may open and that differs for signed-in users.
 * @param slug of an account, unvalidated, for the frame of its pages, so that the frame and {@link requireScope} share one statement
 * @returns null if the caller is not signed in; an `AccountScope` if they are a member of the account
 * @throws DatabaseUnavailable if there is a session cookie that cannot be checked
 */
export async function findUser(slug?: string): Promise<UserScope | AccountScope | null> {
  return (await readSession(slug ?? null))?.scope ?? null
}

/** Finds the session of the caller, also if they still have to prove a second factor. @returns null if they are not signed in */
export async function findClaim(): Promise<SessionClaim | null> {
  return readSession(null)
}

/**
 * Requires a signed-in caller. Redirects anyone else to `/login`, and a caller who has yet to prove a second factor to
 * `/login/verify`. Both lead back to the same page.
 */
export async function requireUser(): Promise<UserScope> {
  const found = await readSession(null)
  return found?.scope ?? sendToSignIn(found)
}

/**
 * Requires a signed-in member of an account whose role has a permission, in a session that meets the account's policy. Anyone
 * else gets the same 404 as for an account that does not exist, and the refusal is logged.
 * @param slug from the URL or bound to an action, unvalidated
 * @param permission for at least some targets; the domain function checks the target
 * @param denied runs instead of logging if the role lacks the permission
 * @param onUnmet runs instead of a redirect to the page that says what the account asks for
 */
export async function requireScope(
  slug: string,
  permission: Permission,
  { denied = logLackingPermission, onUnmet = sendToVerify }: { denied?: Denied; onUnmet?: (unmet: PolicyUnmet) => never } = {},
): Promise<AccountScope> {
  const scope = await requireMembership(slug, onUnmet)
  if (!mayEver(scope, permission)) {
    if (await isFirstRefusal()) await denied(scope, permission)
    return notFound()
  }
  const request = requestInfo(await headers())
  const rules = unmetRules(scope, request)
  if (!rules.length) return scope
  const { user, account } = scope
  if (await isFirstRefusal())
    await logDenial({ reason: 'account-policy', actor: user.id, account: account.id, permission, rules, ip: request.ip })
  const verifyPath = `${sectionPath(account.slug, 'verify')}?callbackUrl=${encodeURIComponent(safePath((await headers()).get(PATH_HEADER)))}`
  return onUnmet(new PolicyUnmet(rules, verifyPath as Route))
}

/** Records that the caller's role lacks a permission. */
export type Denied = (scope: AccountScope, permission: Permission) => Promise<void>

/**
 * Requires a signed-in member of an account, whether or not their session meets the account's policy. It is only for the page
 * that says what the policy asks for. Anyone else gets a 404.
 * @param onUnmet runs if the operator has suspended the account
 */
export async function requireMembership(slug: string, onUnmet = sendToVerify): Promise<AccountScope> {
  const found = await readSession(slug)
  const scope = found?.scope ?? (await sendToSignIn(found))
  if (isInAccount(scope)) return scope
  return found?.isAccountSuspended ? onUnmet(new PolicyUnmet(['suspended'], '/private/suspended')) : notFound()
}

/** Returns the rules of the account's policy that a request of the caller does not meet. */
export function unmetRules({ session, account, membership }: AccountScope, request: RequestInfo): PolicyRule[] {
  return unmet(account.policy, { role: membership.role, proofs: session.proofs, idleSeconds: session.idleSeconds }, request)
}

function sendToVerify({ verifyPath }: PolicyUnmet): never {
  redirect(verifyPath)
}

/** Returns whether the caller is a member of the account that their scope was read for. */
export function isInAccount(scope: UserScope): scope is AccountScope {
  return 'account' in scope
}

const SLUG = /^[a-z0-9-]{1,64}$/
const NO_SLUG = '' // no account has it; querying anyway treats malformed slugs like unknown ones

type Session = SessionClaim & { scope: UserScope | AccountScope | null; isStale: boolean; isAccountSuspended: boolean }

async function readSession(slug: string | null): Promise<Session | null> {
  const wanted = slug === null || (typeof slug === 'string' && SLUG.test(slug)) ? slug : NO_SLUG
  return readSessionOf((await cookies()).get(sessionCookie().name)?.value, wanted)
}

/** Runs once per request and slug, and again if the request changed the cookie. */
const readSessionOf = cache(async (cookie: string | undefined, slug: string | null): Promise<Session | null> => {
  const sessionId = await decryptSessionId(cookie)
  if (!sessionId) return null
  const found = await sessionOf(sessionId, slug)
  if (found) noteCaller(await headers(), { ...found.claim, ...found.scope })
  if (found?.scope && slug !== null && !isInAccount(found.scope) && (await isFirstRefusal())) {
    await logDenial({ reason: 'scope', actor: found.scope.user.id, slug, ip: requestInfo(await headers()).ip })
  }
  if (found?.isStale) after(() => touchSession(sessionId, found.claim.session.remembered))
  return found
})

async function logLackingPermission({ user, account }: AccountScope, permission: Permission): Promise<void> {
  await logDenial({ reason: 'policy', actor: user.id, account: account.id, permission, ip: requestInfo(await headers()).ip })
}

const refused = new WeakSet<object>()

/** Returns whether this is the first refusal of the request: after an action is refused, Next renders its page, which refuses too. */
async function isFirstRefusal(): Promise<boolean> {
  const request = await headers() // the same object throughout a request
  const isFirst = !refused.has(request)
  refused.add(request)
  return isFirst
}

/**
 * Decrypts the session id in a cookie's value.
 * @returns null if the cookie is missing, altered, expired, or encrypted with another secret or for another cookie name
 */
export async function decryptSessionId(value: string | undefined): Promise<string | null> {
  if (!value) return null
  try {
    const token = await decode({ token: value, secret: env().AUTH_SECRET, salt: sessionCookie().name })
    return typeof token?.sid === 'string' ? token.sid : null
  } catch {
    return null // a forged cookie is treated like a missing one
  }
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
  is_remembered_browser: z.boolean(),
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
 * @returns null if the session has ended. The scope is null if the user has yet to prove a second factor, and has no account if
 *   they are not a member of one with this slug, or it is suspended
 */
export async function sessionOf(sessionId: string, slug: string | null): Promise<Session | null> {
  const hash = hashSessionId(sessionId)
  const [row] = await readWithoutContext(
    scopeRow,
    Prisma.sql`
      SELECT *, needs_second_factor(user_id, ${hash}) AS is_pending,
             EXISTS (SELECT FROM sessions AS s JOIN remembered_browsers AS b ON b.user_id = s.user_id AND b.id_hash = s.browser_hash
                      WHERE s.id_hash = ${hash} AND b.expires_at > now()) AS is_remembered_browser
        FROM scope_of(${hash}, ${slug})`,
  )
  if (!row) return null
  const { user_id: id, email, remembered, is_stale: isStale, is_pending: isPending } = row
  const claim = Object.freeze({ session: Object.freeze({ id: sessionId, remembered }), user: Object.freeze({ id, email }) })
  return { claim, isPending, isStale, isAccountSuspended: row.is_account_suspended, scope: isPending ? null : toScope(sessionId, row) }
}

/** Reads a scope as {@link sessionOf} does. @returns null if the session has ended, or a second factor is missing */
export async function scopeOf(sessionId: string, slug: string | null) {
  const found = await sessionOf(sessionId, slug)
  return found?.scope ? { scope: found.scope, isStale: found.isStale } : null
}

function toScope(sessionId: string, row: z.output<typeof scopeRow>): UserScope | AccountScope {
  const proofs = Object.freeze(withRememberedBrowser(row).map((proof) => Object.freeze({ ...proof, detail: Object.freeze(proof.detail) })))
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

/** In a remembered browser, the user proved a second factor once. Whether that is enough is up to each account. */
function withRememberedBrowser({ proofs, is_remembered_browser }: z.output<typeof scopeRow>): Proof[] {
  if (!is_remembered_browser || proofs.some(({ method }) => method === 'totp')) return proofs
  const ageSeconds = Math.min(...proofs.map((proof) => proof.ageSeconds))
  return [...proofs, { method: 'totp', detail: { remembered: true }, ageSeconds }]
}

async function sendToSignIn(found: SessionClaim | null): Promise<never> {
  if (!found?.isPending) return sendToLogin()
  redirect(withCallback('/login/verify', safePath((await headers()).get(PATH_HEADER))))
}

/** Redirects to `/login`, which leads back to the requested page. */
export async function sendToLogin(): Promise<never> {
  redirect(loginPath((await headers()).get(PATH_HEADER)))
}
