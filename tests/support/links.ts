import { asSuperuser, NOW } from './database'

/** Sets every link sent to an email to expire after an interval from now. */
export async function expireLinks(email: string, fromNow: string): Promise<void> {
  await asSuperuser(
    `UPDATE tokens SET expires_at = ${NOW} + $2::interval, lifetime_ms = floor(extract(epoch FROM ${NOW} + $2::interval - created_at) * 1000)
      WHERE email = $1`,
    [email, fromNow],
  )
}

/** Backdates the links that were sent to an email by an interval. */
export async function ageLinks(email: string, by: string): Promise<void> {
  await asSuperuser('UPDATE tokens SET created_at = created_at - $2::interval WHERE email = $1', [email, by])
}

/** Returns the purposes of the links sent to an email, sorted. */
export async function linksTo(email: string): Promise<string[]> {
  const rows = await asSuperuser<{ purpose: string }>('SELECT purpose FROM tokens WHERE email = $1 ORDER BY purpose', [email])
  return rows.map(({ purpose }) => purpose)
}

/** Returns the kinds of a user's events, oldest first, without sign-ins. */
export async function trailOf(userId: string): Promise<string[]> {
  const rows = await asSuperuser<{ kind: string }>(
    `SELECT kind FROM audit_events WHERE user_id = $1 AND kind <> 'session.started' ORDER BY id`,
    [userId],
  )
  return rows.map(({ kind }) => kind)
}
