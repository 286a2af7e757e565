import 'server-only'
import { PrismaAdapter } from '@auth/prisma-adapter'
import { cookies, headers } from 'next/headers'
import type { NextRequest } from 'next/server'
import NextAuth, { CredentialsSignin } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { readBrowserCookie } from '@/lib/http/browser-cookie'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import { isSecureOrigin } from '@/lib/http/host-cookie'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { clearLinkTokens } from '@/lib/http/link-token-cookie'
import { requestInfo } from '@/lib/http/request-info'
import { DatabaseUnavailable, isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { endSessionOf } from './auth'
import { authCookies, COOKIE_MAX_AGE_SECONDS, sessionCookie } from './auth.config'
import { authTables } from './identities/identities'
import { HashingBusy } from './password/pool'
import { decryptSessionId } from './scope'
import { scopeOf, sessionOf } from './session-scope'
import { signInSchema } from './sessions/schema'
import { StaleCredential, startSession } from './sessions/sessions'
import { authenticate } from './users/users'

// Auth.js's own endpoints. Our forms use lib/auth.ts, so no page loads Auth.js itself.

/** Why Auth.js failed. It catches the errors of our callbacks and continues as if no one were signed in. */
type Failure = { databaseUnavailable: boolean; rateLimited?: RateLimited }

/** Creates Auth.js for one request. Our own forms do not use it: they set the cookie with {@link setSessionCookie}. */
const createAuth = (failure: Failure) =>
  NextAuth({
    adapter: PrismaAdapter(authTables() as unknown as Parameters<typeof PrismaAdapter>[0]),
    basePath: '/api/auth',
    secret: env().AUTH_SECRET,
    trustHost: true, // AUTH_URL is set from APP_URL at startup, so no header decides the origin
    useSecureCookies: isSecureOrigin(),
    cookies: authCookies(),
    session: { strategy: 'jwt', maxAge: COOKIE_MAX_AGE_SECONDS },
    pages: { signIn: '/login', signOut: '/private', error: '/login', verifyRequest: '/login', newUser: '/private' },
    providers: [
      Credentials({
        credentials: { email: {}, password: {}, remember: {} },
        authorize: (input, request) => authorizeCredentials(input, request, failure),
      }),
    ],
    callbacks: {
      jwt: async ({ token, user }) => {
        if (user) return { sid: (user as { sessionId?: string }).sessionId }
        return typeof token.sid === 'string' && (await sessionOf(token.sid, null)) ? token : null
      },
      session: async ({ session, token }) => {
        const found = await scopeOf(String(token.sid), null)
        // Auth.js then answers as if no one were signed in, and keeps the cookie.
        if (!found) return null as unknown as typeof session
        return { expires: session.expires, user: { email: found.scope.user.email, name: found.scope.user.name } }
      },
    },
    events: {
      signOut: async (message) => {
        const sid = 'token' in message ? message.token?.sid : undefined
        if (typeof sid === 'string') await endSessionOf(sid, requestInfo(await headers()))
        await clearLinkTokens()
      },
    },
    logger: { error: (error) => noteFailure(error, failure) },
  })

/**
 * Handles a request to an Auth.js endpoint, `/api/auth/*`.
 * @throws DatabaseUnavailable or RateLimited if that is why Auth.js failed
 */
export async function handleAuthRequest(method: 'GET' | 'POST', request: NextRequest): Promise<Response> {
  const failure: Failure = { databaseUnavailable: false }
  const response = await createAuth(failure).handlers[method](request)
  if (failure.databaseUnavailable) throw new DatabaseUnavailable('The database does not answer')
  if (failure.rateLimited) throw failure.rateLimited
  return response
}

function noteFailure(error: Error, failure: Failure): void {
  const { cause, type } = error as { cause?: { err?: unknown }; type?: string }
  if ([error, cause, cause?.err].some((part) => isDatabaseUnavailable(part))) failure.databaseUnavailable = true
  if (error instanceof CredentialsSignin) return
  const because = cause?.err instanceof Error ? cause.err.message : undefined
  // Anyone can cause these, so they are logged without a stack.
  if (type && EXPECTED_ERRORS.has(type)) log().warn({ reason: type, because }, 'auth refused a request')
  else log().error({ err: cause?.err ?? error }, 'auth failed')
}

// Auth.js's names for a cookie that cannot be decrypted, a wrong CSRF token, and malformed requests.
const EXPECTED_ERRORS = new Set(['JWTSessionError', 'MissingCSRF', 'UnknownAction', 'InvalidProvider', 'InvalidCallbackUrl'])

/** The code with which Auth.js reports a full hashing queue or an exceeded limit. */
export const BUSY_CODE = 'busy'

class Busy extends CredentialsSignin {
  override code = BUSY_CODE
}

/** Signs in with the same parsing, checks, and session as our own form. @returns null if the credentials are wrong */
async function authorizeCredentials(input: Partial<Record<string, unknown>>, { headers: requestHeaders }: Request, failure: Failure) {
  const parsed = signInSchema.safeParse(input)
  if (!parsed.success) return null
  const request = requestInfo(requestHeaders)
  try {
    const former = await decryptSessionId((await cookies()).get(sessionCookie().name)?.value)
    const authenticated = await authenticate(parsed.data, { request, device: await readDeviceCookie(), defer })
    if (!authenticated) return null
    const { userId, passwordHash } = authenticated
    const sessionId = await startSession(userId, {
      remembered: false,
      request,
      device: await ensureDeviceCookie({ notifyIfNew: true }),
      browser: await readBrowserCookie(),
      passwordHash,
    })
    if (former) await endSessionOf(former, request)
    return { id: userId, sessionId }
  } catch (error) {
    if (error instanceof StaleCredential) return null
    if (error instanceof RateLimited) failure.rateLimited = error
    throw error instanceof HashingBusy || error instanceof RateLimited ? new Busy() : error
  }
}
