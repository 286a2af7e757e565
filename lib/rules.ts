import type { Role } from '@/lib/generated/prisma/enums'
import { ROLE_RANKS } from './roles'
import type { AccountScope } from './scope'

// The rules that lib/policy.ts and the resources grant permissions by. docs/permissions.md names each of them.

/** The caller, as far as a rule depends on them. */
export type Actor = { user: Pick<AccountScope['user'], 'id'>; membership: AccountScope['membership'] }

/** What a permission is used on, as far as a rule depends on it. */
export type Target = {
  /** A member's role, or the role that an invitation offers. */
  role?: Role
  /** The role that a member is to get. */
  newRole?: Role
  /** The id of the user who created it. */
  createdBy?: string | null
}

export type Rule = (actor: Actor, target: Target) => boolean

/** A rule for each role. A new role does not compile until every permission has one for it. */
export type RulesByRole = Record<Role, Rule>

export const yes: Rule = () => true
export const no: Rule = () => false

/** Neither the target's present role nor its new one may rank above the actor's. A role that is missing is not checked. */
export const upToOwnRank: Rule = ({ membership }, { role, newRole }) =>
  [role, newRole].every((each) => each === undefined || ROLE_RANKS[each] <= ROLE_RANKS[membership.role])

/** Only what the actor created. Refuses when `createdBy` is missing. */
export const ownOnly: Rule = ({ user }, { createdBy }) => createdBy === user.id
