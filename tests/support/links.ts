import { asSuperuser } from './database'

/** Moves the end of every link to an address, counted from now: no test waits for one. */
export async function expireLinks(email: string, fromNow: string): Promise<void> {
  await asSuperuser('UPDATE tokens SET expires_at = now() + $2::interval WHERE email = $1', [email, fromNow])
}

/** Moves back in time when the links to an address were sent. */
export async function ageLinks(email: string, by: string): Promise<void> {
  await asSuperuser('UPDATE tokens SET created_at = created_at - $2::interval WHERE email = $1', [email, by])
}

/** The purposes of the links to an address that are there, in order. */
export async function linksTo(email: string): Promise<string[]> {
  const rows = await asSuperuser<{ purpose: string }>('SELECT purpose FROM tokens WHERE email = $1 ORDER BY purpose', [email])
  return rows.map(({ purpose }) => purpose)
}

/** What stands in the trail of a person, oldest first, less what signing in writes there. */
export async function trailOf(userId: string): Promise<string[]> {
  const rows = await asSuperuser<{ kind: string }>(
    `SELECT kind FROM audit_events WHERE user_id = $1 AND kind <> 'session.started' ORDER BY id`,
    [userId],
  )
  return rows.map(({ kind }) => kind)
}
