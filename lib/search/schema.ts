import { z } from 'zod'
import { searchParam } from '@/lib/lists'

/** The query parameters of an account's search. */
export const accountSearchSchema = z.object({ search: searchParam })

/** What the search found: a link with its text, and a second text that tells people of the same name apart. `group` is a heading. */
export type Found = { group: string; href: string; name: string; line?: string }
