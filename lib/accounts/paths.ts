// Safe for the browser.

import type { Route } from '@/lib/http/paths'

/** Returns the path of a section of an account; an empty segment is the overview. */
export function sectionPath(slug: string, segment: string): Route {
  return (segment ? `/private/accounts/${slug}/${segment}` : `/private/accounts/${slug}`) as Route
}
