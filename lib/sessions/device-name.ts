import 'server-only'
import Bowser from 'bowser'

const UNKNOWN = 'An unknown browser'

/**
 * A browser as people call it, from what it says of itself: "Firefox on Windows". Never a reason to trust anything.
 * @param userAgent as it came, or null when it said nothing
 */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return UNKNOWN
  const parser = Bowser.getParser(userAgent)
  const [browser, system] = [parser.getBrowserName(), parser.getOSName()]
  if (!browser) return UNKNOWN
  return system ? `${browser} on ${system}` : browser
}
