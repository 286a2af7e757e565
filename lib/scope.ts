import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { after } from 'next/server'
import { decode } from 'next-auth/jwt'
import { cache } from 'react'
import { PolicyUnmet, unmet } from '@/lib/account-policies/policy'
import type { PolicyRule } from '@/lib/account-policies/schema'
import { sectionPath } from '@/lib/accounts/paths'
import { logDenial } from '@/lib/denials'
import { loginPath, PATH_HEADER, safePath, withCallback, withQuery } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { noteCaller } from '@/lib/http/request-log'
import { env } from '@/lib/platform/env'
import { inSpan } from '@/lib/platform/telemetry/telemetry'
import { sessionCookie } from './auth.config'
import { mayEver, type Permission } from './policy'
import { type AccountScope, isInAccount, type Session, type SessionClaim, sessionOf, type UserScope } from './session-scope'
import { touchSession } from './sessions/sessions'

// Finds the session of a request, and requires what a page or an action needs. lib/session-scope.ts creates the scopes.

export type { AccountScope, SessionClaim, UserScope }

/**
 * Finds the caller, for a page that anyone may open and that differs for signed-in users.
 * @param slug of an account, unvalidated, for the frame of its pages, so that the frame and {@link requireScope} share one statement
 * @returns null if the caller is not signed in; an `AccountScope` if they are a member of the account
 * @throws DatabaseUnavailable if there is a session cookie that cannot be checked
 */
export async function findUser(slug?: string): Promise<UserScope | AccountScope | null> {
  return (await readSession(slug ?? null))?.scope ?? null
}

/** Finds the session of the caller, even if they still have to verify a second factor. @returns null if they are not signed in */
export async function findClaim(): Promise<SessionClaim | null> {
  return readSession(null)
}

/**
 * Requires a signed-in caller. Redirects anyone else to `/login`, and a caller who has yet to verify a second factor to
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
 * @param onUnmet runs instead of a redirect to the account's verification page
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
  const callbackUrl = safePath((await headers()).get(PATH_HEADER))
  return onUnmet(new PolicyUnmet(rules, withQuery(sectionPath(account.slug, 'verify'), { callbackUrl })))
}

/** Records that the caller's role lacks a permission. */
export type Denied = (scope: AccountScope, permission: Permission) => Promise<void>

/**
 * Requires a signed-in member of an account, whether or not their session meets the account's policy. It is only for the
 * account's verification page. Anyone else gets a 404.
 * @param onUnmet runs if the operator has suspended the account
 */
export async function requireMembership(slug: string, onUnmet = sendToVerify): Promise<AccountScope> {
  const found = await readSession(slug)
  const scope = found?.scope ?? (await sendToSignIn(found))
  if (isInAccount(scope)) return scope
  return found?.isAccountSuspended ? onUnmet(new PolicyUnmet(['suspended'], '/private/suspended')) : notFound()
}

/** A session, and an account that its user is in or was invited to. */
export type Weighed = Pick<UserScope, 'session'> & {
  account: Pick<AccountScope['account'], 'policy'>
  membership: AccountScope['membership']
}

/** Returns the rules of the account's policy that a request of the caller does not meet. */
export function unmetRules({ session, account, membership }: Weighed, request: RequestInfo): PolicyRule[] {
  return unmet(account.policy, { role: membership.role, proofs: session.proofs, idleSeconds: session.idleSeconds }, request)
}

function sendToVerify({ verifyPath }: PolicyUnmet): never {
  redirect(verifyPath)
}

const SLUG = /^[a-z0-9-]{1,64}$/
const NO_SLUG = '' // no account has it; querying anyway treats malformed slugs like unknown ones

async function readSession(slug: string | null): Promise<Session | null> {
  const wanted = slug === null || (typeof slug === 'string' && SLUG.test(slug)) ? slug : NO_SLUG
  return readSessionOf((await cookies()).get(sessionCookie().name)?.value, wanted)
}

/** Runs once per request and slug, and again if the request changed the cookie. */
const readSessionOf = cache(async (cookie: string | undefined, slug: string | null): Promise<Session | null> => {
  const sessionId = await decryptSessionId(cookie)
  if (!sessionId) return null
  const found = await inSpan('scope', () => sessionOf(sessionId, slug))
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

const OPENED_MAX = 1_000

/** The ids in the cookies that were decrypted last, which takes a tenth of a page's time. Each request still reads its session. */
const opened = new Map<string, { sessionId: string; expiresAt: number }>()

/**
 * Decrypts the session id in a cookie's value.
 * @returns null if the cookie is missing, altered, expired, or encrypted with another secret or for another cookie name
 */
export async function decryptSessionId(value: string | undefined): Promise<string | null> {
  if (!value) return null
  const known = opened.get(value)
  if (known && known.expiresAt > Date.now()) return known.sessionId
  try {
    const token = await decode({ token: value, secret: env().AUTH_SECRET, salt: sessionCookie().name })
    if (typeof token?.sid !== 'string') return null
    const [oldest] = opened.size < OPENED_MAX ? [] : opened.keys()
    if (oldest) opened.delete(oldest)
    opened.set(value, { sessionId: token.sid, expiresAt: (token.exp ?? 0) * 1000 })
    return token.sid
  } catch {
    return null // a forged cookie is treated like a missing one
  }
}

async function sendToSignIn(found: SessionClaim | null): Promise<never> {
  if (!found?.isPending) return sendToLogin()
  redirect(withCallback('/login/verify', safePath((await headers()).get(PATH_HEADER))))
}

/** Redirects to `/login`, which leads back to the requested page. */
export async function sendToLogin(): Promise<never> {
  redirect(loginPath((await headers()).get(PATH_HEADER)))
}
