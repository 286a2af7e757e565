import { can, type Permission } from './policy'
import type { Resource, Section } from './resource'
import { RESOURCES } from './resources'

/** The account's navigation, in order. */
const SECTIONS = [
  { title: 'Overview', segment: '', icon: 'layout-grid', permission: 'account.view' },
  ...Object.values<Resource>(RESOURCES).map(({ section }) => section as Section<Permission>),
  { title: 'Members', segment: 'members', icon: 'users', permission: 'member.list' },
  { title: 'Audit', segment: 'audit', icon: 'history', permission: 'audit.list' },
  { title: 'Settings', segment: 'settings', icon: 'sliders-horizontal', permission: 'account.rename' },
] satisfies Section<Permission>[]

/** Returns the sections that the actor may open, in navigation order. */
export function sectionsOf(actor: Parameters<typeof can>[0]): Section[] {
  return SECTIONS.filter(({ permission }) => can(actor, permission))
}
