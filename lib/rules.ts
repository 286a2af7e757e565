import type { Role } from '@/lib/generated/prisma/enums'
import { ROLE_RANKS } from './roles'
import type { AccountScope } from './scope'

// The rules by which lib/policy.ts and the resources grant permissions. docs/permissions.md lists them.

/** The part of the caller's scope that rules depend on. */
export type Actor = { user: Pick<AccountScope['user'], 'id' | 'emailVerified'>; membership: AccountScope['membership'] }

/** An actor in their session. */
export type Caller = Actor & { session: Pick<AccountScope['session'], 'hasRecentAuth'> }

/** The object of an operation: the properties that rules depend on. */
export type Target = {
  /** A member's role, or the role that an invitation offers. */
  role?: Role
  /** The role that a member will get. */
  newRole?: Role
  /** The id of the user who created it. */
  createdBy?: string | null
}

export type Rule = (actor: Actor, target: Target) => boolean

/** A rule for each role. A new role does not compile until every permission has one for it. */
export type RulesByRole = Record<Role, Rule>

export const yes: Rule = () => true
export const no: Rule = () => false

/** Allows it unless the target's current or new role ranks above the actor's. A missing role is not checked. */
export const upToOwnRank: Rule = ({ membership }, { role, newRole }) =>
  [role, newRole].every((each) => each === undefined || ROLE_RANKS[each] <= ROLE_RANKS[membership.role])

/** Allows it if the actor created the target. Refuses if `createdBy` is missing. */
export const ownOnly: Rule = ({ user }, { createdBy }) => createdBy === user.id
