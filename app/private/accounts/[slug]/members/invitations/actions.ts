'use server'

import { accountAction } from '@/lib/action'
import { inviteMembers, resendInvitation } from '@/lib/invitations/invitations'
import { restoreInvitation, revokeInvitation } from '@/lib/invitations/revocation'
import { invitationSchema, inviteSchema } from '@/lib/invitations/schema'
import { message } from '@/lib/messages'

/** Invites one or many people. The message is the same for members, invited people, and strangers. */
export const inviteAction = accountAction(
  { schema: inviteSchema, permission: 'invitation.send' },
  ({ scope, input, request }) => inviteMembers(scope, input, request),
  (count) => message('invitations-sent', { count }),
)

export const resendInvitationAction = accountAction(
  { schema: invitationSchema, permission: 'invitation.send' },
  ({ scope, input: { id }, request }) => resendInvitation(scope, id, request),
  (email) => message('invitation-resent', { email }),
)

export const revokeInvitationAction = accountAction(
  { schema: invitationSchema, permission: 'invitation.revoke' },
  ({ scope, input: { id }, request }) => revokeInvitation(scope, id, request),
  'invitation-revoked',
)

/** Undoes a revocation. */
export const restoreInvitationAction = accountAction(
  { schema: invitationSchema, permission: 'invitation.send' },
  ({ scope, input: { id }, request }) => restoreInvitation(scope, id, request),
  'invitation-restored',
)
