import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaAdapter } from '@auth/prisma-adapter'
import { cookies, headers } from 'next/headers'
import type { NextRequest } from 'next/server'
import NextAuth, { CredentialsSignin } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import { RateLimited } from '@/lib/http/limits/too-soon'
import { AFTER_SIGN_IN } from '@/lib/http/paths'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { DatabaseUnavailable, isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { authCookies, COOKIE_MAX_AGE_SECONDS, isSecureOrigin, sessionCookie } from './auth.config'
import { authTables } from './identities/identities'
import { HashingBusy } from './password/pool'
import { openCookie, scopeOf, type UserScope } from './scope'
import { signInSchema } from './sessions/schema'
import { endSession, type SessionId, StaleCredential, startSession } from './sessions/sessions'
import { authenticate } from './users/users'

/** A user whom our own code has proven, on the way through Auth.js to their cookie. No request from outside can be in here. */
const preauthenticated = new AsyncLocalStorage<{ id: string; sessionId: string }>()

const auth = NextAuth(() => ({
  adapter: PrismaAdapter(authTables() as unknown as Parameters<typeof PrismaAdapter>[0]),
  basePath: '/api/auth',
  secret: env().AUTH_SECRET,
  trustHost: true, // AUTH_URL is set from APP_URL at start, so no header decides the origin
  useSecureCookies: isSecureOrigin(),
  cookies: authCookies(),
  session: { strategy: 'jwt', maxAge: COOKIE_MAX_AGE_SECONDS },
  pages: { signIn: '/login', signOut: '/private', error: '/login', verifyRequest: '/login', newUser: '/private' },
  providers: [
    Credentials({
      credentials: { email: {}, password: {}, remember: {} },
      authorize: async (input, request) => preauthenticated.getStore() ?? (await authorizeCredentials(input, request)),
    }),
  ],
  callbacks: {
    jwt: async ({ token, user }) => {
      if (user) return { sid: (user as { sessionId?: string }).sessionId }
      return typeof token.sid === 'string' && (await scopeOf(token.sid, null)) ? token : null
    },
    session: async ({ session, token }) => {
      const found = await scopeOf(String(token.sid), null)
      return { expires: session.expires, user: { email: found?.scope.user.email, name: found?.scope.user.name } }
    },
  },
  events: {
    signOut: async (message) => {
      const sid = 'token' in message ? message.token?.sid : undefined
      if (typeof sid === 'string') await endSessionOf(sid, requestInfo(await headers()))
    },
  },
  logger: {
    error: noteFailure,
  },
}))

/** Auth.js catches what our callbacks throw, and goes on as if nobody were signed in. Here it is written down what it was. */
const failures = new AsyncLocalStorage<Failure>()

type Failure = { databaseAway: boolean; rateLimited?: RateLimited }

/**
 * Auth.js's own endpoints, `/api/auth/*`.
 * @throws DatabaseUnavailable or RateLimited when that is what kept Auth.js from an answer
 */
export async function handleAuthRequest(method: 'GET' | 'POST', request: NextRequest): Promise<Response> {
  const failure: Failure = { databaseAway: false }
  const response = await failures.run(failure, () => auth.handlers[method](request))
  if (failure.databaseAway) throw new DatabaseUnavailable('The database does not answer')
  if (failure.rateLimited) throw failure.rateLimited
  return response
}

function noteFailure(error: Error): void {
  const { cause, type } = error as { cause?: { err?: unknown }; type?: string }
  const failure = failures.getStore()
  if (failure && [error, cause, cause?.err].some((part) => isDatabaseUnavailable(part))) failure.databaseAway = true
  if (error instanceof CredentialsSignin) return
  const because = cause?.err instanceof Error ? cause.err.message : undefined
  // Anyone can send these, so they get a line and no stack.
  if (type && EXPECTED_ERRORS.has(type)) log().warn({ reason: type, because }, 'auth refused a request')
  else log().error({ err: cause?.err ?? error }, 'auth failed')
}

// What Auth.js calls a cookie that does not open, a token that does not fit, an address that leads nowhere.
const EXPECTED_ERRORS = new Set(['JWTSessionError', 'MissingCSRF', 'UnknownAction', 'InvalidProvider', 'InvalidCallbackUrl'])

/** The code under which Auth.js reports a full hashing queue. */
export const BUSY_CODE = 'busy'

class Busy extends CredentialsSignin {
  override code = BUSY_CODE
}

/** What the endpoint of Auth.js can do is what the form can: the same parsing, the same proof, the same session. */
async function authorizeCredentials(input: Partial<Record<string, unknown>>, { headers: requestHeaders }: Request) {
  const parsed = signInSchema.safeParse(input)
  if (!parsed.success) return null
  const request = requestInfo(requestHeaders)
  try {
    const former = await openCookie((await cookies()).get(sessionCookie().name)?.value)
    const proven = await authenticate(parsed.data, { request, device: await readDeviceCookie(), defer })
    if (!proven) return null
    const { userId, passwordHash } = proven
    const sessionId = await startSession(userId, {
      remembered: false,
      request,
      device: await ensureDeviceCookie({ notifyIfNew: true }),
      passwordHash,
    })
    if (former) await endSessionOf(former, request)
    return { id: userId, sessionId }
  } catch (error) {
    if (error instanceof StaleCredential) return null
    const failure = failures.getStore()
    if (failure && error instanceof RateLimited) failure.rateLimited = error
    throw error instanceof HashingBusy || error instanceof RateLimited ? new Busy() : error
  }
}

/**
 * Signs a proven user in: a new session, and the cookie that carries its id. The session that the browser held ends.
 * @param remembered whether the cookie outlives the browser's own session
 * @param isFirst whether they have just registered: then there is nobody to tell of a new browser
 * @param passwordHash what their password was proven against, when one was
 * @returns false when that is no longer what is stored, and nobody is signed in
 */
export async function signInAs(
  userId: string,
  {
    remembered,
    request,
    isFirst = false,
    passwordHash,
  }: { remembered: boolean; request: RequestInfo; isFirst?: boolean; passwordHash?: string | null },
): Promise<boolean> {
  const former = await openCookie((await cookies()).get(sessionCookie().name)?.value)
  const device = await ensureDeviceCookie({ notifyIfNew: !isFirst })
  try {
    await setCookie(userId, await startSession(userId, { remembered, request, device, passwordHash }), remembered)
  } catch (error) {
    if (error instanceof StaleCredential) return false
    throw error
  }
  if (former) await endSessionOf(former, request)
  return true
}

/** Hands the browser the cookie of its own session, which goes on under a new id. */
export async function replaceSessionCookie({ user, session }: UserScope, renewedId: SessionId): Promise<void> {
  await setCookie(user.id, renewedId, session.remembered)
}

async function setCookie(userId: string, sessionId: SessionId, remembered: boolean): Promise<void> {
  const cookie = sessionCookie()
  const jar = await cookies()
  await preauthenticated.run({ id: userId, sessionId }, () => auth.signIn('credentials', { redirect: false, redirectTo: AFTER_SIGN_IN }))
  const set = jar.get(cookie.name)
  // Auth.js gives every cookie a lifetime; without one it ends with the browser's session.
  if (set && !remembered) jar.set({ ...cookie.options, name: set.name, value: set.value })
}

/**
 * Ends the session of this browser and takes its cookie away. Does no harm when there is none.
 * @throws DatabaseUnavailable when the session could not be ended; the cookie then stays, for whoever has a copy of it is still in
 */
export async function signOut(): Promise<void> {
  const sessionId = await openCookie((await cookies()).get(sessionCookie().name)?.value)
  if (sessionId) await endSessionOf(sessionId, requestInfo(await headers()))
  await auth.signOut({ redirect: false })
}

async function endSessionOf(sessionId: string, request: RequestInfo): Promise<void> {
  const found = await scopeOf(sessionId, null)
  if (found) await endSession(sessionId, { userId: found.scope.user.id, request })
}
