import { NextResponse } from 'next/server'

/** Looks for a cookie. */
export function middleware(request) {
  if (request.cookies.get('session')?.value) return NextResponse.next()
  return NextResponse.redirect(new URL('/form', request.url), 307)
}

export const config = { matcher: '/private' }
