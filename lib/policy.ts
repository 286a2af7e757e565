import { conflict, forbidden, type Refusal, recentAuth } from './outcome'
import { type NameIn, withDeclared } from './resources'
import { type Actor, type Caller, no, type RulesByRole, type Target, upToOwnRank, yes } from './rules'

// biome-ignore format: a table
const CORE = {
  'account.view':       { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'account.rename':     { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'account.export':     { OWNER: yes,         ADMIN: yes,         MEMBER: no },
  'account.change-policy': { OWNER: yes,      ADMIN: no,          MEMBER: no },
  'account.delete':     { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'account.restore':    { OWNER: yes,         ADMIN: no,          MEMBER: no },
  'member.list':        { OWNER: yes,         ADMIN: yes,         MEMBER: yes },
  'member.list-factors': { OWNER: yes,        ADMIN: yes,         MEMBER: no },
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
  'audit.export':       { OWNER: yes,         ADMIN: yes,         MEMBER: no },
} as const satisfies Record<string, RulesByRole>

/** A permission that does not belong to a resource. */
export type CorePermission = keyof typeof CORE

/** An operation that a role can be allowed to perform in an account, such as `member.remove`. */
export type Permission = CorePermission | NameIn<'permissions'>

/** Which role may do what in an account. `npm run docs:permissions` generates docs/permissions.md from it. */
export const POLICY: Record<Permission, RulesByRole> = withDeclared('permissions', CORE)

/** Permissions that involve other people. They need a confirmed email, because anyone can register with any email. */
const NEEDS_CONFIRMED_EMAIL: ReadonlySet<Permission> = new Set<Permission>(['invitation.send', 'ownership.offer', 'ownership.accept'])

/** Permissions that need a password entered in the last ten minutes (ASVS 7.5.1), for these targets. */
const NEEDS_RECENT_AUTH: Partial<Record<Permission, (target: Target) => boolean>> = {
  'account.export': () => true,
  'account.change-policy': () => true,
  'account.delete': () => true,
  'audit.export': () => true,
  'ownership.offer': () => true,
  'ownership.accept': () => true,
  'invitation.send': ({ role }) => role === 'OWNER',
  'member.change-role': ({ newRole }) => newRole === 'OWNER',
}

/** Returns whether the user must have entered their password in the last ten minutes (ASVS 7.5.1). */
export function needsRecentAuth(permission: Permission, target: Target = {}): boolean {
  return NEEDS_RECENT_AUTH[permission]?.(target) ?? false
}

/**
 * Returns whether the actor has a permission in the account of their membership. It depends only on its arguments: the domain
 * function checks the current state (the last owner, an expired invitation) in the transaction of its change.
 * @param target the object of the operation, for rules that depend on it
 */
export function can(actor: Actor, permission: Permission, target: Target = {}): boolean {
  return isGranted(actor, permission, target) && isReady(actor, permission)
}

function isGranted(actor: Actor, permission: Permission, target: Target): boolean {
  return POLICY[permission][actor.membership.role](actor, target)
}

function isReady({ user }: Actor, permission: Permission): boolean {
  return user.emailVerified !== null || !NEEDS_CONFIRMED_EMAIL.has(permission)
}

/**
 * Returns why the actor may not use a permission now, like {@link can}.
 * @returns `forbidden` if their role lacks it; `conflict` if their email must be confirmed first; `recent-auth` if they must
 *   enter their password first; undefined if they may
 */
export function refuse(actor: Caller, permission: Permission, target: Target = {}): Refusal | undefined {
  if (!isGranted(actor, permission, target)) return forbidden
  if (!isReady(actor, permission)) return conflict('email-unconfirmed')
  return needsRecentAuth(permission, target) && !actor.session.hasRecentAuth ? recentAuth : undefined
}

/** Returns whether the actor's role has a permission for at least some targets. */
export function mayEver({ membership }: Pick<Actor, 'membership'>, permission: Permission): boolean {
  return POLICY[permission][membership.role] !== no
}
