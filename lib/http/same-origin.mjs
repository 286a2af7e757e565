// Shared by the HTTP server, which is plain JavaScript, and by the actions behind it.

/**
 * Whether a request that changes something was made by a page of this origin (ASVS 3.5.1, 3.5.3).
 * Sec-Fetch-Site is set by the browser and out of a page's reach; where it is missing, Origin must be ours, by the
 * canonical address or by the one the request was sent to. A request with neither is refused: the framework lets it in.
 * @param {(name: string) => string | null | undefined} header reads a request header by its lower-case name
 * @param {string} appUrl the canonical origin
 * @returns {boolean}
 */
export function isSameOriginRequest(header, appUrl) {
  const [site, origin] = [header('sec-fetch-site'), header('origin')]
  if (site) return site === 'same-origin'
  if (!origin || !URL.canParse(origin)) return false
  return origin === appUrl || new URL(origin).host === header('host')
}
