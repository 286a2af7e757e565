'use server'

import { sectionPath } from '@/lib/accounts/paths'
import { accountAction } from '@/lib/action'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, declineOwnership, offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { restoreMember } from '@/lib/memberships/restoration'
import { changeRoleSchema, memberSchema } from '@/lib/memberships/schema'
import { message } from '@/lib/messages'
import { emptySchema } from '@/lib/validation'

export const changeRoleAction = accountAction(
  { schema: changeRoleSchema, permission: 'member.change-role' },
  ({ scope, input, request }) => changeRole(scope, input, request),
  (_, { input }) => message('role-changed', { role: input.role }),
)

export const removeMemberAction = accountAction(
  { schema: memberSchema, permission: 'member.remove' },
  ({ scope, input: { userId }, request }) => removeMember(scope, userId, request),
  (_, { scope, input }) => ({ redirectTo: sectionPath(scope.account.slug, 'members'), message: message('member-removed', input) }),
)

export const restoreMemberAction = accountAction(
  { schema: memberSchema, permission: 'invitation.send' },
  ({ scope, input: { userId }, request }) => restoreMember(scope, userId, request),
  (_, { scope }) => ({ redirectTo: sectionPath(scope.account.slug, 'members'), message: 'member-restored' }),
)

export const leaveAction = accountAction(
  { schema: emptySchema, permission: 'member.leave' },
  ({ scope, request }) => leaveAccount(scope, request),
  (_, { scope }) => ({ redirectTo: '/private', message: message('account-left', { name: scope.account.name }) }),
)

export const offerOwnershipAction = accountAction(
  { schema: memberSchema, permission: 'ownership.offer' },
  ({ scope, input: { userId }, request }) => offerOwnership(scope, userId, request),
  'ownership-offered',
)

export const withdrawOwnershipAction = accountAction(
  { schema: memberSchema, permission: 'ownership.withdraw' },
  ({ scope, input: { userId }, request }) => withdrawOwnership(scope, userId, request),
  'ownership-withdrawn',
)

/** Any member may have an offer of ownership, and only that member can accept it. */
export const acceptOwnershipAction = accountAction(
  { schema: emptySchema, permission: 'ownership.accept' },
  ({ scope, request }) => acceptOwnership(scope, request),
  'ownership-accepted',
)

export const declineOwnershipAction = accountAction(
  { schema: emptySchema, permission: 'account.view' },
  ({ scope, request }) => declineOwnership(scope, request),
  'ownership-declined',
)
