import 'server-only'
import Bowser from 'bowser'

const UNKNOWN = 'An unknown browser'

/**
 * A browser and its system in words, such as "Firefox on Windows", for whoever has to know one of theirs again.
 * @param userAgent what a browser says of itself, which can be anything
 * @returns names from a list, and never what the browser said
 */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return UNKNOWN
  const { browser, os } = Bowser.parse(userAgent)
  if (!browser.name || !KNOWN_BROWSERS.has(browser.name)) return UNKNOWN
  return os.name && KNOWN_SYSTEMS.has(os.name) ? `${browser.name} on ${os.name}` : browser.name
}

// Where it knows none, the library makes a name of what was said.
const KNOWN_BROWSERS = new Set<string>(Object.values(Bowser.BROWSER_MAP))
const KNOWN_SYSTEMS = new Set<string>(Object.values(Bowser.OS_MAP))
