import type { MemberAction } from '@/components/member-table'
import type { Member } from '@/lib/memberships/list'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'

/** Returns what the caller may do with a member. The last owner can neither leave nor be removed. */
export function allowedActions(scope: AccountScope, member: Member): Record<MemberAction, boolean> {
  const { userId, role, isOfferedOwnership, isLastOwner } = member
  const isSelf = userId === scope.user.id
  return {
    changeRole: ROLES.some((newRole) => newRole !== role && can(scope, 'member.change-role', { role, newRole })),
    offerOwnership: role !== 'OWNER' && can(scope, isOfferedOwnership ? 'ownership.withdraw' : 'ownership.offer'),
    remove: !isSelf && !isLastOwner && can(scope, 'member.remove', { role }),
    leave: isSelf && !isLastOwner && can(scope, 'member.leave'),
  }
}
