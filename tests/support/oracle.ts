// What must hold after every fault.
import { connect } from '../../scripts/connect.mjs'

/** What a server acknowledged: emails of users, and names of projects, which are unique. */
export type Acknowledged = { emails: string[]; projects: string[] }

/** Each counts rows that must not exist. */
const RULES: Record<string, string> = {
  'accounts without an owner': `accounts WHERE NOT EXISTS (SELECT FROM memberships WHERE account_id = accounts.id AND role = 'OWNER')`,
  'users without an account': 'users WHERE NOT EXISTS (SELECT FROM memberships WHERE user_id = users.id)',
  'memberships without their user or account': `memberships WHERE NOT EXISTS (SELECT FROM users WHERE id = user_id)
    OR NOT EXISTS (SELECT FROM accounts WHERE id = account_id)`,
  'used tokens that still work': `tokens JOIN invitations ON invitations.id = invitation_id
    WHERE accepted_at IS NOT NULL OR revoked_at IS NOT NULL`,
  'users whose registration is not recorded once': `users WHERE 1 <> (SELECT count(*) FROM audit_events
    WHERE actor_id = users.id AND kind = 'user.registered')`,
  'projects whose creation is not recorded once': `projects WHERE 1 <> (SELECT count(*) FROM audit_events
    WHERE account_id = projects.account_id AND target_id = projects.id AND kind = 'project.created')`,
  'recorded projects that do not exist': `audit_events WHERE kind = 'project.created'
    AND NOT EXISTS (SELECT FROM projects WHERE account_id = audit_events.account_id AND id = target_id)`,
}

/** Checks the rows that a fault left, and that all that was acknowledged is stored. @returns a sentence for each fault */
export async function findLosses(superuserUrl: string, { emails, projects }: Acknowledged): Promise<string[]> {
  const client = await connect(superuserUrl)
  const count = async (from: string, values: unknown[] = []): Promise<number> =>
    Number((await client.query(`SELECT count(*) AS n FROM ${from}`, values)).rows[0].n)
  try {
    const faults: string[] = []
    for (const [what, from] of Object.entries(RULES)) {
      const found = await count(from)
      if (found) faults.push(`${found} ${what}`)
    }
    const lost = [
      ['users', emails.length - (await count('users WHERE email = ANY ($1)', [emails]))],
      ['projects', projects.length - (await count('projects WHERE name = ANY ($1)', [projects]))],
    ] as const
    for (const [what, missing] of lost) if (missing) faults.push(`${missing} acknowledged ${what} are not stored`)
    return faults
  } finally {
    await client.end()
  }
}
