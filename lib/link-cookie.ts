import { isSecureOrigin } from './auth.config'

// A link in a mail carries a token. The gate takes it out of the address at once and keeps it in a cookie, so that it
// stands in no history, no log of a proxy, and no Referer (ASVS 14.2.1). Safe for the edge.

/** Where a link of an invitation leads, once its token is in the cookie. */
export const OPEN_INVITATION = '/invitations/open'

const LINK_COOKIE_MAX_AGE_SECONDS = 60 * 60
const LINK = /^\/invitations\/([A-Za-z0-9_-]{43})$/

/** @returns the token in a link's path, or undefined when the path is none of a link */
export function tokenInPath(pathname: string): string | undefined {
  return LINK.exec(pathname)?.[1]
}

/** The cookie that keeps a link's token: its name, and its options. */
export function linkCookie() {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}atrium.link`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure, maxAge: LINK_COOKIE_MAX_AGE_SECONDS },
  }
}
