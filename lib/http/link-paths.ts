import { hostCookie } from './host-cookie'
import { pagePath, type Route } from './paths'

// An emailed link carries a token. The middleware moves it from the URL to a cookie at once, which keeps it out of the
// browser's history, proxy logs, and the Referer header (ASVS 14.2.1). Safe for the edge.

/** The cookie of each kind of link, by the first segment of its path. Links of different kinds can be open in two tabs. */
const COOKIES = {
  invitations: 'link',
  'verify-email': 'link-verify-email',
  'restore-email': 'link-restore-email',
  'reset-password': 'link-reset-password',
  'sign-in': 'link-sign-in',
} as const

export type LinkKind = keyof typeof COOKIES
export const LINK_KINDS = Object.keys(COOKIES) as LinkKind[]

const LINK_COOKIE_MAX_AGE_SECONDS = 60 * 60
const LINK = /^\/([a-z-]+)\/([A-Za-z0-9_-]{43})$/

/** Returns the kind and token of an emailed link; undefined if the path is not one. */
export function parseLinkPath(pathname: string): { kind: LinkKind; token: string } | undefined {
  const [, kind = '', token = ''] = LINK.exec(pathname) ?? []
  return isLinkKind(kind) ? { kind, token } : undefined
}

/** Returns whether a path is an emailed link, or the page that it opens. */
export function isLinkPath(pathname: string): boolean {
  return isLinkKind(pathname.split('/')[1] ?? '')
}

/** Returns the path that a link of this kind redirects to, once its token is in the cookie. */
export function openPath(kind: LinkKind): Route {
  return pagePath(`/${kind}/[token]`, 'open')
}

/** Returns the name and options of the cookie that holds a link's token. */
export function linkCookie(kind: LinkKind) {
  const { name, options } = hostCookie(`atrium.${COOKIES[kind]}`)
  return { name, options: { ...options, maxAge: LINK_COOKIE_MAX_AGE_SECONDS } }
}

function isLinkKind(word: string): word is LinkKind {
  return Object.hasOwn(COOKIES, word)
}
