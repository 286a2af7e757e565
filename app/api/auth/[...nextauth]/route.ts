import { NextRequest, NextResponse } from 'next/server'
import { BUSY_CODE, handleAuthRequest } from '@/lib/auth'
import { authCookies, sessionCookie } from '@/lib/auth.config'
import { spend } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/too-soon'
import { isSameOrigin } from '@/lib/http/origin'
import { safePath } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import { message, sentence } from '@/lib/messages'
import { HASHING_RETRY_AFTER_SECONDS } from '@/lib/password/pool'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { log } from '@/lib/platform/log'

const DATABASE_RETRY_AFTER_SECONDS = 5

export function GET(request: NextRequest): Promise<Response> {
  return answer('GET', request)
}

export async function POST(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request.headers)) return NextResponse.json({ error: 'This request came from another site.' }, { status: 403 })
  const body = await request.text()
  const names = [...new URLSearchParams(body).keys()]
  // Auth.js takes the last of two fields of one name; the form takes neither (ASVS 15.3.5).
  if (new Set(names).size < names.length) return NextResponse.json({ error: 'A field was sent twice.' }, { status: 400 })
  return answer('POST', new NextRequest(request.url, { method: 'POST', headers: request.headers, body }))
}

/** Auth.js's own endpoints, held to what the forms can do: no lasting cookie, and a refusal for haste that says so. */
async function answer(method: 'GET' | 'POST', request: NextRequest): Promise<Response> {
  const info = requestInfo(request.headers)
  try {
    await spend('auth-endpoint', { request: info })
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

/** Auth.js fails on a `callbackUrl` that is no address, and remembers one in a cookie that nothing here needs. */
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

function tooMany({ limit, retryAfterSeconds }: RateLimited, ip: string | null): Response {
  log().warn({ limit, retryAfterSeconds, ip }, 'rate limited')
  const headers = { 'retry-after': String(retryAfterSeconds), 'cache-control': 'private, no-store' }
  return NextResponse.json({ error: sentence(message('rate-limited', { seconds: retryAfterSeconds })) }, { status: 429, headers })
}

/**
 * Auth.js sets the session cookie for 60 days whenever it touches it. This makes it a cookie of the browser's session, and
 * removes it from responses that only read the session (`isRead`), which would otherwise shorten a remembered one.
 */
function withoutLifetime(response: Response, isRead: boolean): Response {
  const { name } = sessionCookie()
  const kept = response.headers.getSetCookie().flatMap((line) => {
    const isSession = line.startsWith(`${name}=`) && !line.startsWith(`${name}=;`)
    if (!isSession) return [line]
    return isRead ? [] : [line.replace(/;\s*(expires|max-age)=[^;]*/gi, '')]
  })
  const headers = new Headers(response.headers)
  headers.delete('set-cookie')
  for (const line of kept) headers.append('set-cookie', line)
  headers.set('cache-control', 'private, no-store')
  return new Response(response.body, { status: response.status, headers })
}
