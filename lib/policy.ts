import { type NameIn, withDeclared } from './resources'
import { type Actor, no, type RulesByRole, type Target, upToOwnRank, yes } from './rules'

// biome-ignore format: a table
const CORE = {
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
} as const satisfies Record<string, RulesByRole>

/** A permission that does not belong to a resource. */
export type CorePermission = keyof typeof CORE

/** Something that a member can be allowed to do in an account, such as `member.remove`. */
export type Permission = CorePermission | NameIn<'permissions'>

/** Who may do what in an account. `npm run docs:permissions` writes docs/permissions.md from it. */
export const POLICY: Record<Permission, RulesByRole> = withDeclared('permissions', CORE)

/**
 * Whether the actor has a permission in the account of their membership. Pure: a condition of the moment (the last owner,
 * an expired invitation) is checked by the domain function, in the transaction of its change.
 * @param target what the permission is used on, for the rules that depend on it
 */
export function can(actor: Actor, permission: Permission, target: Target = {}): boolean {
  return POLICY[permission][actor.membership.role](actor, target)
}

/** Whether the actor's role has a permission for at least some targets. */
export function mayEver({ membership }: Pick<Actor, 'membership'>, permission: Permission): boolean {
  return POLICY[permission][membership.role] !== no
}
