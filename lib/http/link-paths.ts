import { isSecureOrigin } from '@/lib/auth.config'

// A link in a mail carries a token. The gate takes it out of the address at once and keeps it in a cookie, so that it
// stands in no history, no log of a proxy, and no Referer (ASVS 14.2.1). Safe for the edge.

/** What the links are for, as their addresses begin. Each has a cookie of its own: two in two tabs do not displace each other. */
const COOKIES = {
  invitations: 'link',
  'verify-email': 'link-verify-email',
  'restore-email': 'link-restore-email',
  'reset-password': 'link-reset-password',
} as const

export type LinkKind = keyof typeof COOKIES

const LINK_COOKIE_MAX_AGE_SECONDS = 60 * 60
const LINK = /^\/([a-z-]+)\/([A-Za-z0-9_-]{43})$/

/** @returns which kind of link a path is, and the token in it; undefined when it is none */
export function linkInPath(pathname: string): { kind: LinkKind; token: string } | undefined {
  const [, kind = '', token = ''] = LINK.exec(pathname) ?? []
  return isLinkKind(kind) ? { kind, token } : undefined
}

/** Whether a path is that of a link, or of a page behind one. */
export function isLinkPath(pathname: string): boolean {
  return isLinkKind(pathname.split('/')[1] ?? '')
}

/** Where a link of this kind leads, once its token is in the cookie. */
export function openPath(kind: LinkKind): `/${LinkKind}/open` {
  return `/${kind}/open`
}

/** The cookie that keeps a link's token: its name, and its options. */
export function linkCookie(kind: LinkKind) {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}atrium.${COOKIES[kind]}`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure, maxAge: LINK_COOKIE_MAX_AGE_SECONDS },
  }
}

function isLinkKind(word: string): word is LinkKind {
  return Object.hasOwn(COOKIES, word)
}
