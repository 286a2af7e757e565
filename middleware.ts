import { type NextRequest, NextResponse } from 'next/server'
import { isSecureOrigin, sessionCookie } from './lib/auth.config'
import { FLASH_HEADER, flashCookie } from './lib/http/flash-cookie'
import { isLinkPath, linkCookie, linkInPath, openPath } from './lib/http/link-paths'
import { loginPath, PATH_HEADER } from './lib/http/paths'

/**
 * The gate, at the edge: sends whoever has no session cookie from `/private` to `/login`, tells each page its own path,
 * takes the token of a mailed link out of the address, and gives each response its Content-Security-Policy. A convenience, not a lock: it looks whether a cookie is there
 * and not what is in it; every page, action and handler checks for itself.
 */
export function middleware(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  const nonce = btoa(crypto.randomUUID())
  const policy = contentSecurityPolicy(nonce)

  if (isPrivate(pathname) && !request.cookies.get(sessionCookie().name)?.value) {
    const url = new URL(loginPath(`${pathname}${search}`), request.url)
    return secured(NextResponse.redirect(url, 307), policy, pathname)
  }
  const link = linkInPath(pathname)
  if (link) {
    const { name, options } = linkCookie(link.kind)
    const response = NextResponse.redirect(new URL(`${openPath(link.kind)}${search}`, request.url), 307)
    response.cookies.set({ ...options, name, value: link.token })
    return secured(response, policy, pathname)
  }
  const headers = new Headers(request.headers)
  headers.set(PATH_HEADER, `${pathname}${search}`)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy) // where Next looks for the nonce to put on its own scripts
  headers.delete(FLASH_HEADER)
  const flash = request.method === 'GET' ? request.cookies.get(flashCookie().name)?.value : undefined
  if (flash) headers.set(FLASH_HEADER, encodeURIComponent(flash))
  const response = secured(NextResponse.next({ request: { headers } }), policy, pathname)
  if (flash) response.cookies.set({ ...flashCookie().options, name: flashCookie().name, value: '', maxAge: 0 })
  return response
}

// Files and endpoints need no gate, and at the edge it costs them a third of their time: scripts/serve.mjs heads them.
export const config = { matcher: '/((?!_next/static/|_next/image|api/).*)' }

function isPrivate(pathname: string): boolean {
  return pathname === '/private' || pathname.startsWith('/private/')
}

function secured(response: NextResponse, policy: string, pathname: string): NextResponse {
  response.headers.set('content-security-policy', policy)
  if (isPrivate(pathname) || isLinkPath(pathname)) response.headers.set('cache-control', 'private, no-store')
  if (isLinkPath(pathname)) response.headers.set('referrer-policy', 'same-origin') // none would also take the Origin from the page's own forms
  if (isSecureOrigin()) response.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains')
  return response
}

function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === 'development'
  const directives = {
    'default-src': "'self'",
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    'style-src': "'self' 'unsafe-inline'", // menus and toasts place themselves by style attributes
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  }
  const list = Object.entries(directives).map(([name, value]) => `${name} ${value}`)
  if (isSecureOrigin()) list.push('upgrade-insecure-requests')
  return list.join('; ')
}
