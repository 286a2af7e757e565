import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { after } from 'next/server'
import { decode } from 'next-auth/jwt'
import { cache } from 'react'
import { Role } from '@/lib/generated/prisma/enums'
import { loginPath, PATH_HEADER } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import { database } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { sessionCookie } from './auth.config'
import { hashSessionId, touchSession } from './sessions/sessions'

/** Who asks. */
export type UserScope = Readonly<{
  session: Readonly<{ id: string; remembered: boolean }>
  user: Readonly<{ id: string; email: string; name: string | null; emailVerified: Date | null }>
}>

/** Who asks, and inside which account. */
export type AccountScope = UserScope &
  Readonly<{
    account: Readonly<{ id: string; name: string; slug: string }>
    membership: Readonly<{ role: Role }>
  }>

/**
 * For a page, action or handler that anyone may see and that shows something else to a person signed in.
 * @returns who asks, or null
 * @throws DatabaseUnavailable when there is a cookie and nobody to ask about it
 */
export async function findUser(): Promise<UserScope | null> {
  return readScope(null)
}

/** For everything behind sign-in. Sends those who are not signed in to `/login`, and back defer. */
export async function requireUser(): Promise<UserScope> {
  return (await readScope(null)) ?? sendToLogin()
}

/**
 * For everything inside an account. A stranger's account and one that does not exist are the same 404.
 * @param slug from the URL, or bound to an action, as it came: either can be anything
 */
export async function requireScope(slug: string): Promise<AccountScope> {
  const scope = (await readScope(typeof slug === 'string' && SLUG.test(slug) ? slug : NO_SLUG)) ?? (await sendToLogin())
  return isInAccount(scope) ? scope : notFound()
}

function isInAccount(scope: UserScope): scope is AccountScope {
  return 'account' in scope
}

const SLUG = /^[a-z0-9-]{1,64}$/
const NO_SLUG = '' // no account has it; asking all the same keeps malformed and unknown alike

async function readScope(slug: string | null): Promise<UserScope | AccountScope | null> {
  return readScopeOf((await cookies()).get(sessionCookie().name)?.value, slug)
}

/** Once a request and slug, however many parts of the page ask; anew when the request itself has changed the cookie. */
const readScopeOf = cache(async (cookie: string | undefined, slug: string | null): Promise<UserScope | AccountScope | null> => {
  const sessionId = await openCookie(cookie)
  if (!sessionId) return null
  const found = await scopeOf(sessionId, slug)
  if (found && slug !== null && !isInAccount(found.scope)) await logDenial(found.scope, slug)
  if (found?.isStale) after(() => touchSession(sessionId, found.scope.session.remembered))
  return found?.scope ?? null
})

/** A line of the log for someone at the door of an account that is not there for them: once a request (ASVS 16.3.2). */
async function logDenial({ user }: UserScope, slug: string): Promise<void> {
  log().warn({ kind: 'access.denied', actor: user.id, slug, ip: requestInfo(await headers()).ip }, 'denied')
}

/**
 * Takes the session id out of the cookie's encryption.
 * @returns the id; or null when the cookie is missing, altered, made under another secret or name, or past its time
 */
export async function openCookie(value: string | undefined): Promise<string | null> {
  if (!value) return null
  try {
    const token = await decode({ token: value, secret: env().AUTH_SECRET, salt: sessionCookie().name })
    return typeof token?.sid === 'string' ? token.sid : null
  } catch {
    return null // whoever made it up gets no more than the login page
  }
}

type ScopeRow = {
  user_id: string
  email: string
  name: string | null
  email_verified_at: Date | null
  remembered: boolean
  is_stale: boolean
  account_id: string | null
  account_name: string | null
  account_slug: string | null
  role: Role | null
}

/**
 * Makes a Scope, in one statement: the only place that does.
 * @param slug of the account asked for, or null for none
 * @returns null when the session is gone or over; a scope without an account when the slug is unknown or not theirs
 */
export async function scopeOf(
  sessionId: string,
  slug: string | null,
): Promise<{ scope: UserScope | AccountScope; isStale: boolean } | null> {
  const [row] = await database().$queryRaw<ScopeRow[]>`SELECT * FROM scope_of(${hashSessionId(sessionId)}, ${slug})`
  if (!row) return null
  const scope: UserScope = {
    session: Object.freeze({ id: sessionId, remembered: row.remembered }),
    user: Object.freeze({ id: row.user_id, email: row.email, name: row.name, emailVerified: row.email_verified_at }),
  }
  if (!row.account_id || !row.account_name || !row.account_slug || !row.role) return { scope: Object.freeze(scope), isStale: row.is_stale }
  const account = Object.freeze({ id: row.account_id, name: row.account_name, slug: row.account_slug })
  return { scope: Object.freeze({ ...scope, account, membership: Object.freeze({ role: Role[row.role] }) }), isStale: row.is_stale }
}

/** Where every session leads that does not hold: to sign in, and back defer to the page that was asked for. */
export async function sendToLogin(): Promise<never> {
  redirect(loginPath((await headers()).get(PATH_HEADER)))
}
