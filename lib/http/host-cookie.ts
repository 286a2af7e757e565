import { appOrigin } from '@/lib/platform/app-origin'

// Safe for the edge.

/** Returns whether the canonical origin is https, so that cookies are Secure. */
export function isSecureOrigin(): boolean {
  return appOrigin().startsWith('https:')
}

/**
 * Describes a cookie that is hidden from scripts and bound to this host. Every cookie is made here, so that none lacks the
 * prefix or an attribute.
 * @param name without the prefix
 * @returns its name, and its options without a lifetime
 */
export function hostCookie(name: string) {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}${name}`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  }
}
