import type { Role } from '@/lib/generated/prisma/enums'
import { ROLE_RANKS } from './roles'
import type { AccountScope } from './scope'

/** What a permission is used on, as far as a rule depends on it. */
export type Target = {
  /** A member's role, or the role that an invitation offers. */
  role?: Role
  /** The role that a member is to get. */
  newRole?: Role
  /** The id of the user who created it. */
  createdBy?: string | null
}

/** The caller, as far as a rule depends on them. */
export type Actor = { user: Pick<AccountScope['user'], 'id'>; membership: AccountScope['membership'] }

export type Rule = (actor: Actor, target: Target) => boolean

const yes: Rule = () => true
const no: Rule = () => false
/** Neither the target's present role nor its new one may rank above the actor's. */
const upToOwnRank: Rule = ({ membership }, { role, newRole }) =>
  [role, newRole].every((each) => each === undefined || ROLE_RANKS[each] <= ROLE_RANKS[membership.role])
const ownOnly: Rule = ({ user }, { createdBy }) => createdBy === user.id

/** Who may do what in an account. `npm run docs:permissions` writes docs/permissions.md from it. */
// biome-ignore format: a table
export const POLICY = {
  'account.view':       { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'account.rename':     { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'account.export':     { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'account.delete':     { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'account.restore':    { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'member.list':        { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'member.change-role': { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'member.remove':      { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'member.leave':       { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'ownership.offer':    { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'invitation.list':    { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'invitation.send':    { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'invitation.revoke':  { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'audit.list':         { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'project.list':       { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'project.create':     { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'project.rename':     { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'project.archive':    { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'project.delete':     { OWNER: yes,         ADMIN: yes,         MEMBER: ownOnly },
} as const satisfies Record<string, Record<Role, Rule>>

/** Something that a member can be allowed to do in an account, such as `project.delete`. */
export type Permission = keyof typeof POLICY

/**
 * Whether the actor has a permission in the account of their membership. Pure: a condition of the moment (the last owner,
 * an expired invitation) is checked by the domain function, in the transaction of its change.
 * @param target what the permission is used on. A rule about `createdBy` refuses when it is missing; a rule about ranks
 * ignores a role that is missing
 */
export function can(actor: Actor, permission: Permission, target: Target = {}): boolean {
  return POLICY[permission][actor.membership.role](actor, target)
}
