import { can, type Permission } from './policy'

/** The parts of an account that one can stand in, each with the act that it asks for. */
const SECTIONS = [
  { name: 'Overview', segment: '', act: 'account.view' },
  { name: 'Projects', segment: 'projects', act: 'project.list' },
  { name: 'Members', segment: 'members', act: 'member.list' },
  { name: 'Audit', segment: 'audit', act: 'audit.list' },
  { name: 'Settings', segment: 'settings', act: 'account.rename' },
] as const satisfies readonly { name: string; segment: string; act: Permission }[]

export type Section = Pick<(typeof SECTIONS)[number], 'name' | 'segment'>

/** @returns the sections that the role of whoever asks opens, in the order of the navigation */
export function sectionsOf(actor: Parameters<typeof can>[0]): Section[] {
  return SECTIONS.filter(({ act }) => can(actor, act)).map(({ name, segment }) => ({ name, segment }))
}

/** @returns where a section of an account is */
export function sectionPath(slug: string, segment: string): string {
  return segment ? `/private/accounts/${slug}/${segment}` : `/private/accounts/${slug}`
}

/**
 * Where one stands in one account, said of another: of `/private/accounts/a/members/7`, the members of the other.
 * @param path where one stands now
 * @param segments of the sections that one may open in the other account
 * @returns the overview of the other account when one may not, or stands in none
 */
export function samePlaceIn(slug: string, { path, segments }: { path: string; segments: readonly string[] }): string {
  const [, , place, , segment = ''] = path.split('/')
  return sectionPath(slug, place === 'accounts' && segments.includes(segment) ? segment : '')
}
