import 'server-only'
import Bowser from 'bowser'
import type { RequestInfo } from '@/lib/http/request-info'

const UNKNOWN = 'An unknown browser'

/**
 * Returns a name by which users recognize a browser, such as "Firefox on Windows".
 * @param userAgent the browser's header, which may be forged
 * @returns known names only, never text from the header
 */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return UNKNOWN
  const { browser, os } = Bowser.parse(userAgent)
  if (!browser.name || !KNOWN_BROWSERS.has(browser.name)) return UNKNOWN
  return os.name && KNOWN_SYSTEMS.has(os.name) ? `${browser.name} on ${os.name}` : browser.name
}

/** Returns where a request comes from, for an email that asks its user whether it was theirs. */
export function originOf({ ip, userAgent }: RequestInfo, at = new Date()): { at: string; device: string; address: string | null } {
  return { at: at.toISOString(), device: deviceName(userAgent), address: ip }
}

// For an unknown browser, the library returns text from the header.
const KNOWN_BROWSERS = new Set<string>(Object.values(Bowser.BROWSER_MAP))
const KNOWN_SYSTEMS = new Set<string>(Object.values(Bowser.OS_MAP))
