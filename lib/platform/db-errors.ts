/** Under which Next carries {@link DatabaseAway} across to the page that says so. */
export const DATABASE_AWAY_DIGEST = 'DATABASE_AWAY'

/** The database cannot be reached, or does not answer in time. Nothing is known to be stored. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway'
  digest = DATABASE_AWAY_DIGEST
}

/** Told by the digest: the client is shared by the bundles of all pages, and each has a class of its own. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof Error && (error as { digest?: unknown }).digest === DATABASE_AWAY_DIGEST
}
