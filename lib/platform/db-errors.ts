/** Under which Next carries {@link DatabaseUnavailable} across to the page that says so. */
export const DATABASE_UNAVAILABLE_DIGEST = 'DATABASE_UNAVAILABLE'

/** The database cannot be reached, or does not answer in time. Nothing is known to be stored. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
  digest = DATABASE_UNAVAILABLE_DIGEST
}

/** EventFacts by the digest: the client is shared by the bundles of all pages, and each has a class of its own. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof Error && (error as { digest?: unknown }).digest === DATABASE_UNAVAILABLE_DIGEST
}
