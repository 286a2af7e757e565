import { type NextRequest, NextResponse } from 'next/server'
import { policyOf } from './app/route-policies'
import { sessionCookie } from './lib/auth.config'
import { logDenial } from './lib/denials'
import { FLASH_HEADER, flashCookie } from './lib/http/flash-cookie'
import { isSecureOrigin } from './lib/http/host-cookie'
import { isLinkPath, linkCookie, openPath, parseLinkPath } from './lib/http/link-paths'
import { loginPath, PATH_HEADER } from './lib/http/paths'
import { refusalResponse, refuseBody, refuseRequest } from './lib/http/request-rules'
import { CLOSED_ROUTE } from './lib/http/route-policy'
import { STRICT_TRANSPORT_SECURITY } from './lib/http/security-headers.mjs'

/**
 * Runs at the edge before each page and route handler. Refuses requests that our pages never send, and redirects to `/login`
 * without a session cookie. Moves the token of an emailed link from the URL to a cookie, and sets the Content-Security-Policy.
 * Does not check the session; every page, action, and handler does.
 */
export async function middleware(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl
  const nonce = randomNonce()
  const policy = contentSecurityPolicy(nonce)
  const respond = <R extends Response>(response: R) => withHeaders(response, policy, pathname)

  const link = parseLinkPath(pathname)
  const routePolicy = policyOf(pathname)
  const refusal = refuseRequest(request, routePolicy) ?? (routePolicy === CLOSED_ROUTE ? await refuseBody(request) : undefined)
  if (refusal?.status === 403) {
    const path = link ? openPath(link.kind) : pathname // the log must not contain a token
    await logDenial({ reason: 'origin', path, forwardedFor: request.headers.get('x-forwarded-for') })
  }
  if (refusal) return respond(refusalResponse(refusal))

  if (isPrivate(pathname) && !request.cookies.get(sessionCookie().name)?.value) {
    return respond(redirectTo(loginPath(`${pathname}${search}`), request.nextUrl.origin))
  }
  if (link) {
    const { name, options } = linkCookie(link.kind)
    const response = NextResponse.redirect(new URL(`${openPath(link.kind)}${search}`, request.url), 307)
    response.cookies.set({ ...options, name, value: link.token })
    return respond(response)
  }
  const headers = new Headers(request.headers)
  headers.set(PATH_HEADER, `${pathname}${search}`)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy) // where Next reads the nonce for its own scripts
  headers.delete(FLASH_HEADER)
  const flash = request.method === 'GET' ? request.cookies.get(flashCookie().name)?.value : undefined
  if (flash) headers.set(FLASH_HEADER, encodeURIComponent(flash))
  const response = NextResponse.next({ request: { headers } })
  if (flash) response.cookies.set({ ...flashCookie().options, name: flashCookie().name, value: '', maxAge: 0 })
  return respond(response)
}

// Static files skip the middleware. So do uploads, whose bodies Next would otherwise buffer for it.
export const config = { matcher: '/((?!_next/static/|_next/image|api/uploads/).*)' }

const NONCE_BYTES = 16
const random = { bytes: new Uint8Array(NONCE_BYTES * 256), used: Number.POSITIVE_INFINITY }

/** Returns 128 random bits (ASVS 3.4.3), each of which is used once. They are drawn for 256 requests at a time, which is cheaper. */
function randomNonce(): string {
  if (random.used >= random.bytes.length) {
    crypto.getRandomValues(random.bytes)
    random.used = 0
  }
  const bytes = random.bytes.subarray(random.used, random.used + NONCE_BYTES)
  random.used += NONCE_BYTES
  return btoa(String.fromCharCode(...bytes))
}

function isPrivate(pathname: string): boolean {
  return pathname === '/private' || pathname.startsWith('/private/')
}

function withHeaders<R extends Response>(response: R, policy: string, pathname: string): R {
  response.headers.set('content-security-policy', policy)
  const isLink = isLinkPath(pathname)
  if (isLink || isPrivate(pathname)) response.headers.set('cache-control', 'private, no-store')
  if (isLink) response.headers.set('referrer-policy', 'same-origin') // no-referrer would also remove Origin from the page's forms
  if (isSecureOrigin()) response.headers.set('strict-transport-security', STRICT_TRANSPORT_SECURITY)
  return response
}

/** Redirects without the cookie store of NextResponse, which this response does not need. */
function redirectTo(path: string, origin: string): Response {
  return new Response(null, { status: 307, headers: { location: `${origin}${path}` } })
}

function contentSecurityPolicy(nonce: string): string {
  policyParts ??= policyAround()
  return policyParts.join(nonce)
}

let policyParts: [before: string, after: string] | undefined

/** Returns the parts of the Content-Security-Policy before and after the nonce. */
function policyAround(): [before: string, after: string] {
  const isDevelopment = process.env.NODE_ENV === 'development'
  const after = [
    `' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'", // menus and toasts position themselves with style attributes
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecureOrigin() ? ['upgrade-insecure-requests'] : []),
  ]
  return ["default-src 'self'; script-src 'self' 'nonce-", after.join('; ')]
}
