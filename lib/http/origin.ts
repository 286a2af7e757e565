import { env } from '@/lib/platform/env'

/**
 * Whether a page of this origin made a request that changes state (ASVS 3.5.1, 3.5.3). Safe for the edge.
 * Trusts Sec-Fetch-Site first, which the browser sets and no page can forge. Without it, Origin must be `APP_URL` or the
 * host that the request was sent to. A request with neither is refused, although Next would accept it.
 */
export function isSameOrigin(headers: Headers): boolean {
  const [site, origin] = [headers.get('sec-fetch-site'), headers.get('origin')]
  if (site) return site === 'same-origin'
  if (!origin || !URL.canParse(origin)) return false
  return origin === env().APP_URL || new URL(origin).host === headers.get('host')
}
