import type { Role } from '@/lib/generated/prisma/enums'
import { inviteMembers } from '@/lib/invitations/invitations'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser, NOW } from './database'
import { newestToken } from './mail-jobs'
import { REQUEST, unique } from './people'

/** Invites a new email, as the form does. @returns the email, the invitation's id, and the token that was sent */
export async function invite(scope: AccountScope, role: Role = 'MEMBER', email = `${unique('invited')}@example.com`) {
  const invited = await inviteMembers(scope, { emails: [email], role }, REQUEST)
  if (invited.status !== 'ok') throw new Error('Not invited')
  const [row] = await asSuperuser<{ id: string }>('SELECT id FROM invitations WHERE email = $1 AND account_id = $2', [
    email,
    scope.account.id,
  ])
  return { email, id: row?.id ?? '', token: await newestToken(email) }
}

/** Sets an invitation to expire after an interval from now. */
export async function expireInvitation(id: string, fromNow: string): Promise<void> {
  await asSuperuser(`UPDATE invitations SET expires_at = ${NOW} + $2::interval WHERE id = $1`, [id, fromNow])
}

/** Marks an account as deleted. */
export async function deleteAccountRow(id: string): Promise<void> {
  await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [id])
}
