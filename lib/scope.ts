import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { after } from 'next/server'
import { decode } from 'next-auth/jwt'
import { cache } from 'react'
import { z } from 'zod'
import { logDenial } from '@/lib/denials'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { loginPath, PATH_HEADER } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
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
   * link, by the database's clock (ASVS 7.5.1)
   */
  session: Readonly<{ id: string; remembered: boolean; proofs: readonly Proof[]; hasRecentAuth: boolean }>
  user: Readonly<{ id: string; email: string; name: string | null; emailVerified: Date | null }>
}>

/** The authenticated caller, and the account they act in. */
export type AccountScope = UserScope &
  Readonly<{
    account: Readonly<{ id: string; name: string; slug: string }>
    membership: Readonly<{ role: Role }>
  }>

/**
 * Finds the caller, for a page that anyone may open and that differs for signed-in users.
 * @param slug of an account, unvalidated, for the frame of its pages, so that the frame and {@link requireScope} share one statement
 * @returns null if the caller is not signed in; an `AccountScope` if they are a member of the account
 * @throws DatabaseUnavailable if there is a session cookie that cannot be checked
 */
export async function findUser(slug?: string): Promise<UserScope | AccountScope | null> {
  return readScope(slug ?? null)
}

/** Requires a signed-in caller. Redirects anyone else to `/login`, which leads back to the same page. */
export async function requireUser(): Promise<UserScope> {
  return (await readScope(null)) ?? sendToLogin()
}

/**
 * Requires a signed-in member of an account whose role has a permission. Anyone else gets the same 404 as for an account that
 * does not exist, and the refusal is logged.
 * @param slug from the URL or bound to an action, unvalidated
 * @param permission for at least some targets; the domain function checks the target
 * @param denied runs instead of logging if the role lacks the permission
 */
export async function requireScope(slug: string, permission: Permission, denied = logLackingPermission): Promise<AccountScope> {
  const scope = (await readScope(slug)) ?? (await sendToLogin())
  if (!isInAccount(scope)) return notFound()
  if (mayEver(scope, permission)) return scope
  if (await isFirstRefusal()) await denied(scope, permission)
  return notFound()
}

/** Returns whether the caller is a member of the account that their scope was read for. */
export function isInAccount(scope: UserScope): scope is AccountScope {
  return 'account' in scope
}

const SLUG = /^[a-z0-9-]{1,64}$/
const NO_SLUG = '' // no account has it; querying anyway treats malformed slugs like unknown ones

async function readScope(slug: string | null): Promise<UserScope | AccountScope | null> {
  const wanted = slug === null || (typeof slug === 'string' && SLUG.test(slug)) ? slug : NO_SLUG
  return readScopeOf((await cookies()).get(sessionCookie().name)?.value, wanted)
}

/** Runs once per request and slug, and again if the request changed the cookie. */
const readScopeOf = cache(async (cookie: string | undefined, slug: string | null): Promise<UserScope | AccountScope | null> => {
  const sessionId = await decryptSessionId(cookie)
  if (!sessionId) return null
  const found = await scopeOf(sessionId, slug)
  if (found && slug !== null && !isInAccount(found.scope) && (await isFirstRefusal())) {
    await logDenial({ reason: 'scope', actor: found.scope.user.id, slug, ip: requestInfo(await headers()).ip })
  }
  if (found?.isStale) after(() => touchSession(sessionId, found.scope.session.remembered))
  return found?.scope ?? null
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
  is_stale: z.boolean(),
  account_id: z.string().nullable(),
  account_name: z.string().nullable(),
  account_slug: z.string().nullable(),
  role: z.enum(Role).nullable(),
})

/**
 * Reads a scope in one statement. No other function creates scopes.
 * @param slug of the requested account; null for none
 * @returns null if the session has ended; a scope without an account if the user is not a member of one with this slug
 */
export async function scopeOf(
  sessionId: string,
  slug: string | null,
): Promise<{ scope: UserScope | AccountScope; isStale: boolean } | null> {
  const [row] = await readWithoutContext(scopeRow, Prisma.sql`SELECT * FROM scope_of(${hashSessionId(sessionId)}, ${slug})`)
  if (!row) return null
  const proofs = Object.freeze(row.proofs.map((proof) => Object.freeze({ ...proof, detail: Object.freeze(proof.detail) })))
  const hasRecentAuth = proofs.some((proof) => isRecentAuth(proof, RECENT_AUTH_MS / 1000))
  const scope: UserScope = {
    session: Object.freeze({ id: sessionId, remembered: row.remembered, proofs, hasRecentAuth }),
    user: Object.freeze({ id: row.user_id, email: row.email, name: row.name, emailVerified: row.email_verified_at }),
  }
  if (!row.account_id || !row.account_name || !row.account_slug || !row.role) return { scope: Object.freeze(scope), isStale: row.is_stale }
  const account = Object.freeze({ id: row.account_id, name: row.account_name, slug: row.account_slug })
  return { scope: Object.freeze({ ...scope, account, membership: Object.freeze({ role: row.role }) }), isStale: row.is_stale }
}

/** Redirects to `/login`, which leads back to the requested page. */
export async function sendToLogin(): Promise<never> {
  redirect(loginPath((await headers()).get(PATH_HEADER)))
}
