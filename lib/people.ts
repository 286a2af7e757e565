// How users appear to others. If a user's email is not confirmed, others see neither the email nor the name. The database view
// `people` implements the rule, and pages and mail show its columns. Safe for the browser.

/** The name that others see for a user whose email is not confirmed. */
export const UNCONFIRMED_USER = 'Unconfirmed user'

/** The name that an account shows for a user who left it, if it did not keep their name. */
export const FORMER_MEMBER = 'Former member'

/** Returns the name that others see for a user: their name, or else their email. */
export function displayName({ name = null, email }: { name?: string | null; email: string | null }): string {
  return name ?? email ?? UNCONFIRMED_USER
}

type Named = { name: string | null; email: string | null }

/** Returns the user's name and email as the viewer may see them. Viewers see themselves in full, confirmed or not. */
export function asSeenBy<Person extends Named>(
  viewer: { id: string; email: string; name: string | null },
  userId: string | null,
  person: Person,
): Person {
  return userId === viewer.id ? { ...person, email: viewer.email, name: viewer.name } : person
}

/** The user whose id a row stores, such as the author of a text, and whether they are a member of the account. */
export type Mentioned = { userId: string | null; isMember: boolean; name: string | null; email: string | null }

/** Returns the name that the viewer sees for that user, even after the user has left the account; null if the row has no user. */
export function mentionedName(viewer: Parameters<typeof asSeenBy>[0], person: Mentioned): string | null {
  if (person.userId === null) return null
  return person.isMember ? displayName(asSeenBy(viewer, person.userId, person)) : FORMER_MEMBER
}
