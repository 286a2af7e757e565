import type { Role } from '@/lib/generated/prisma/enums'
import type { AccountScope } from './scope'

/** Somebody or something that an act is aimed at, as far as the policy asks about it. */
export type Target = {
  /** of a member: what they are; of an invitation: what it would make them */
  role?: Role
  /** what a member is to become, or an invitation to offer */
  newRole?: Role
  /** who made it */
  createdBy?: string | null
}

/** Who asks, as far as the policy needs to know. */
export type Actor = { user: Pick<AccountScope['user'], 'id'>; membership: AccountScope['membership'] }

type Rule = (actor: Actor, target: Target) => boolean

const yes: Rule = () => true
const no: Rule = () => false
/** Neither the one concerned nor what they are to be may stand above the one who acts. */
const upToOwnRank: Rule = ({ membership }, { role, newRole }) =>
  [role, newRole].every((each) => each === undefined || RANKS[each] <= RANKS[membership.role])
const ownOnly: Rule = ({ user }, { createdBy }) => createdBy === user.id

const RANKS: Record<Role, number> = { OWNER: 2, ADMIN: 1, MEMBER: 0 }

/** Who may do what in an account: the one table. `docs/permissions.md` is made from it. */
// biome-ignore format: a table
export const POLICY = {
  //                       OWNER        ADMIN              MEMBER
  'account.view':         [yes,         yes,               yes],
  'account.rename':       [yes,         yes,               no],
  'account.export':       [yes,         yes,               no],
  'account.delete':       [yes,         no,                no],
  'account.restore':      [yes,         no,                no],
  'member.list':          [yes,         yes,               yes],
  'member.change-role':   [upToOwnRank, upToOwnRank,       no],
  'member.remove':        [upToOwnRank, upToOwnRank,       no],
  'member.leave':         [yes,         yes,               yes],
  'ownership.offer':      [yes,         no,                no],
  'invitation.list':      [yes,         yes,               no],
  'invitation.send':      [upToOwnRank, upToOwnRank,       no],
  'invitation.revoke':    [upToOwnRank, upToOwnRank,       no],
  'audit.list':           [yes,         yes,               no],
  'project.list':         [yes,         yes,               yes],
  'project.create':       [yes,         yes,               yes],
  'project.rename':       [yes,         yes,               yes],
  'project.archive':      [yes,         yes,               yes],
  'project.delete':       [yes,         yes,               ownOnly],
} as const satisfies Record<string, readonly [owner: Rule, admin: Rule, member: Rule]>

/** Something that can be done in an account. */
export type Permission = keyof typeof POLICY

const COLUMNS: Record<Role, 0 | 1 | 2> = { OWNER: 0, ADMIN: 1, MEMBER: 2 }

/**
 * Whether whoever asks may do this, here, to that. Pure: what is true of the moment (the last owner, an invitation that
 * has ended) is for the domain function to find, in the same transaction as its change.
 * @param target what it is done to; a rule that asks about a part which is not given says no, but for a rank
 */
export function can(actor: Actor, act: Permission, target: Target = {}): boolean {
  return POLICY[act][COLUMNS[actor.membership.role]](actor, target)
}
