'use server'

import { restoreAccount } from '@/lib/accounts/deletion'
import { sectionPath } from '@/lib/accounts/paths'
import { restoreAccountSchema } from '@/lib/accounts/schema'
import { userAction } from '@/lib/action'
import { acceptPendingInvitation, declineInvitation } from '@/lib/invitations/pending'
import { invitationSchema } from '@/lib/invitations/schema'
import { message } from '@/lib/messages'

/** Accepts a pending invitation. */
export const acceptPendingAction = userAction(
  { schema: invitationSchema },
  ({ scope, input: { id }, request }) => acceptPendingInvitation(scope, id, request),
  ({ slug, name }) => ({ redirectTo: sectionPath(slug, ''), message: message('account-joined', { name }) }),
)

/** Declines a pending invitation. */
export const declinePendingAction = userAction(
  { schema: invitationSchema },
  ({ scope, input: { id }, request }) => declineInvitation(scope, id, request),
  ({ name }) => message('invitation-declined', { name }),
)

export const restoreAccountAction = userAction(
  { schema: restoreAccountSchema },
  ({ scope, input: { id }, request }) => restoreAccount(scope, id, request),
  ({ slug }) => ({ redirectTo: sectionPath(slug, ''), message: 'account-restored' }),
)
