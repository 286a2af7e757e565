import type { Route } from '@/lib/http/paths'

/** What the search found: a link with its text, and a second text that tells people of the same name apart. `group` is a heading. */
export type Found = { group: string; href: Route; name: string; line?: string }

/** The group of an account's members. */
export const PEOPLE = 'People'
