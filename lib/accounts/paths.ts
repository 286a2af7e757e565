// Safe for the browser.

/** @returns the path of a section of an account; an empty segment is the overview */
export function sectionPath(slug: string, segment: string): string {
  return segment ? `/private/accounts/${slug}/${segment}` : `/private/accounts/${slug}`
}

/**
 * The page to open when the user switches accounts: the same section, such as the members list.
 * @param path the current path
 * @param segments of the sections that the user may open in the other account
 * @returns the overview of the other account when the current section is not among them
 */
export function samePlaceIn(slug: string, { path, segments }: { path: string; segments: readonly string[] }): string {
  const [, , place, , segment = ''] = path.split('/')
  return sectionPath(slug, place === 'accounts' && segments.includes(segment) ? segment : '')
}
