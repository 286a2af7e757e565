import type { Role } from './generated/prisma/enums'
import { can, type Permission } from './policy'
import type { Section } from './resource'
import { type DeclaredResource, RESOURCES } from './resources'
import { ROLES } from './roles'

/** The account's navigation, in order. */
const SECTIONS = [
  { title: 'Overview', segment: '', icon: 'icon-layout-grid', permission: 'account.view' },
  ...Object.values<DeclaredResource>(RESOURCES).map(({ section }) => section),
  { title: 'Members', segment: 'members', icon: 'icon-users', permission: 'member.list' },
  { title: 'Audit log', segment: 'audit', icon: 'icon-rotate-ccw-clock', permission: 'audit.list' },
  { title: 'Settings', segment: 'settings', icon: 'icon-sliders-horizontal', permission: 'account.rename' },
] satisfies Section<Permission>[]

/** Returns the sections that the actor may open, in navigation order. */
export function sectionsOf(actor: Parameters<typeof can>[0]): Section<Permission>[] {
  return SECTIONS.filter(({ permission }) => can(actor, permission))
}

/** Returns the roles in which this user may open a section. */
export function rolesFor(permission: Permission, { user }: Pick<Parameters<typeof can>[0], 'user'>): Role[] {
  return ROLES.filter((role) => can({ user, membership: { role } }, permission))
}
