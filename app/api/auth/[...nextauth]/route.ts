import { NextRequest, NextResponse } from 'next/server'
import { authCookies, sessionCookie } from '@/lib/auth.config'
import { BUSY_CODE, handleAuthRequest } from '@/lib/auth.endpoints'
import { logDenial } from '@/lib/denials'
import { consumeLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { isSameOrigin } from '@/lib/http/origin'
import { safePath } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import { message, sentence } from '@/lib/messages'
import { HASHING_RETRY_AFTER_SECONDS } from '@/lib/password/pool'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'

const DATABASE_RETRY_AFTER_SECONDS = 5

/** Answers Auth.js's GET endpoints, such as `session` and `csrf`. */
export function GET(request: NextRequest): Promise<Response> {
  return respond('GET', request)
}

/** Answers Auth.js's POST endpoints. Refuses requests from other sites, and fields that are sent twice. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request.headers)) {
    await logDenial({ reason: 'origin', path: request.nextUrl.pathname, ip: requestInfo(request.headers).ip })
    return NextResponse.json({ error: 'This request came from another site.' }, { status: 403 })
  }
  const body = await request.text()
  const names = [...new URLSearchParams(body).keys()]
  // Auth.js would use the last of two fields with the same name. Our forms refuse both (ASVS 15.3.5).
  if (new Set(names).size < names.length) return NextResponse.json({ error: 'A field was sent twice.' }, { status: 400 })
  return respond('POST', new NextRequest(request.url, { method: 'POST', headers: request.headers, body }))
}

/** Handles a request to an Auth.js endpoint under the rules of our forms: rate limits, no persistent cookie, clear refusals. */
async function respond(method: 'GET' | 'POST', request: NextRequest): Promise<Response> {
  const info = requestInfo(request.headers)
  try {
    await consumeLimit('auth-endpoint', { request: info })
    const response = await handleAuthRequest(method, withSafeCallback(request))
    const location = response.headers.get('location') ?? ''
    if (location.includes(`code=${BUSY_CODE}`)) return unavailable(HASHING_RETRY_AFTER_SECONDS)
    return withoutLifetime(response, request.nextUrl.pathname.endsWith('/session'))
  } catch (error) {
    if (isDatabaseUnavailable(error)) return unavailable(DATABASE_RETRY_AFTER_SECONDS)
    if (error instanceof RateLimited) return tooMany(error, info.ip)
    throw error
  }
}

/** Makes `callbackUrl` safe, since Auth.js fails on an invalid one, and removes the cookie in which Auth.js stores a valid one. */
function withSafeCallback(request: NextRequest): NextRequest {
  const url = new URL(request.url)
  if (url.searchParams.has('callbackUrl')) url.searchParams.set('callbackUrl', safePath(url.searchParams.get('callbackUrl')))
  const safe = new NextRequest(url, request)
  safe.cookies.delete(authCookies().callbackUrl.name)
  return safe
}

function unavailable(retryAfterSeconds: number): Response {
  return NextResponse.json({ error: 'Try again in a few seconds.' }, { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } })
}

async function tooMany({ limit, retryAfterSeconds }: RateLimited, ip: string | null): Promise<Response> {
  await logDenial({ reason: 'limit', limit, retryAfterSeconds, ip })
  const headers = { 'retry-after': String(retryAfterSeconds), 'cache-control': 'private, no-store' }
  return NextResponse.json({ error: sentence(message('rate-limited', { seconds: retryAfterSeconds })) }, { status: 429, headers })
}

/**
 * Removes the lifetime of 60 days that Auth.js gives the session cookie, so that it ends with the browser's session.
 * Responses that only read the session (`isRead`) do not set it at all, because that would shorten a remembered session.
 */
function withoutLifetime(response: Response, isRead: boolean): Response {
  const { name } = sessionCookie()
  const setCookies = response.headers.getSetCookie().flatMap((line) => {
    const isSession = line.startsWith(`${name}=`) && !line.startsWith(`${name}=;`)
    if (!isSession) return [line]
    return isRead ? [] : [line.replace(/;\s*(expires|max-age)=[^;]*/gi, '')]
  })
  const headers = new Headers(response.headers)
  headers.delete('set-cookie')
  for (const line of setCookies) headers.append('set-cookie', line)
  headers.set('cache-control', 'private, no-store')
  return new Response(response.body, { status: response.status, headers })
}
