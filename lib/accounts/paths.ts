// Safe for the browser.

import type { Route } from '@/lib/http/paths'

/** Returns the path of a section of an account; an empty segment is the overview. */
export function sectionPath(slug: string, segment: string): Route {
  return (segment ? `/private/accounts/${slug}/${segment}` : `/private/accounts/${slug}`) as Route
}

/**
 * Returns the page to open when the user switches accounts: the same section, such as the members list.
 * @param slug of the other account
 * @param path the current path
 * @param segments of the sections that the user may open in the other account
 * @returns the overview of the other account if the current section is not among them
 */
export function sameSectionIn(slug: string, { path, segments }: { path: string; segments: readonly string[] }): Route {
  const [, , parent, , segment = ''] = path.split('/')
  return sectionPath(slug, parent === 'accounts' && segments.includes(segment) ? segment : '')
}
