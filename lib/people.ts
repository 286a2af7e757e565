// How users appear to others, who see neither the email nor the name of a user whose email is not confirmed. The database
// view `people` holds the rule; pages and mail show what it returns. Safe for the browser.

/** Stands for a user whose email is not confirmed. */
export const UNCONFIRMED_USER = 'Unconfirmed user'

/** Returns what others call a user: their name, or else their email. */
export function displayName({ name = null, email }: { name?: string | null; email: string | null }): string {
  return name ?? email ?? UNCONFIRMED_USER
}

type Named = { name: string | null; email: string | null }

/** Returns what the viewer sees of a user: themselves in full, confirmed or not. */
export function asSeenBy<Person extends Named>(
  viewer: { id: string; email: string; name: string | null },
  userId: string | null,
  person: Person,
): Person {
  return userId === viewer.id ? { ...person, email: viewer.email, name: viewer.name } : person
}
