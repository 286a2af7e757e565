import { appOrigin } from '@/lib/platform/app-origin'

/**
 * Returns whether a page of this origin sent the request (ASVS 3.5.1, 3.5.3). Safe for the edge.
 * Sec-Fetch-Site decides if it is present: the browser sets it, and no page can forge it. Otherwise Origin must be `APP_URL`,
 * with its scheme: an attacker in the network can answer for the same host over http. Development accepts the host that the
 * request was sent to. A request with neither header is refused, although Next would accept it.
 */
export function isSameOrigin(headers: Headers): boolean {
  const [site, origin] = [headers.get('sec-fetch-site'), headers.get('origin')]
  if (site) return site === 'same-origin'
  if (!origin || !URL.canParse(origin)) return false
  if (process.env.NODE_ENV === 'development' && new URL(origin).host === headers.get('host')) return true
  return origin === appOrigin()
}
