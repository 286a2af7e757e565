import { conflict, forbidden, type Refusal } from './outcome'
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
  'ownership.withdraw': { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'ownership.accept':   { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'invitation.list':    { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'invitation.send':    { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'invitation.revoke':  { OWNER: upToOwnRank, ADMIN: upToOwnRank, MEMBER: no },
  'audit.list':         { OWNER: yes,         ADMIN: yes,         MEMBER: no },
} as const satisfies Record<string, RulesByRole>

/** A permission that does not belong to a resource. */
export type CorePermission = keyof typeof CORE

/** An operation that a role can be allowed to perform in an account, such as `member.remove`. */
export type Permission = CorePermission | NameIn<'permissions'>

/** Which role may do what in an account. `npm run docs:permissions` generates docs/permissions.md from it. */
export const POLICY: Record<Permission, RulesByRole> = withDeclared('permissions', CORE)

/** Permissions that reach other people. An unconfirmed email is a claim, so its user acts alone. */
const NEEDS_CONFIRMED_EMAIL: ReadonlySet<Permission> = new Set<Permission>(['invitation.send', 'ownership.offer', 'ownership.accept'])

/**
 * Returns why the actor lacks a permission in the account of their membership. It depends on its arguments alone: the
 * domain function checks the current state (the last owner, an expired invitation) in the transaction of its change.
 * @param target the object of the operation, for rules that depend on it
 * @returns `forbidden` if their role lacks it; `conflict` if their email must be confirmed first; undefined if they have it
 */
export function refuse(actor: Actor, permission: Permission, target: Target = {}): Refusal | undefined {
  if (!POLICY[permission][actor.membership.role](actor, target)) return forbidden
  if (NEEDS_CONFIRMED_EMAIL.has(permission) && !actor.user.emailVerified) return conflict('email-unconfirmed')
  return undefined
}

/** Returns whether the actor has a permission, like {@link refuse}. */
export function can(actor: Actor, permission: Permission, target: Target = {}): boolean {
  return refuse(actor, permission, target) === undefined
}

/** Returns whether the actor's role has a permission for at least some targets. */
export function mayEver({ membership }: Pick<Actor, 'membership'>, permission: Permission): boolean {
  return POLICY[permission][membership.role] !== no
}
