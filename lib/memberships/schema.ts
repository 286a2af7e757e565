import { z } from 'zod'
import { message } from '@/lib/messages'
import { ROLES } from '@/lib/roles'

const DAY_MS = 24 * 60 * 60 * 1000
export const OFFER_LIFETIME_MS = 7 * DAY_MS

const SEARCH_MAX_LENGTH = 254

/** A button that acts on one member. */
export const memberSchema = z.object({ userId: z.uuid() })

export const changeRoleSchema = z.object({ userId: z.uuid(), role: z.enum(ROLES, message('role-missing')) })

/** What stands in the address of the list of members; anything odd there counts as not given. */
export const memberQuerySchema = z.object({
  search: z
    .string()
    .trim()
    .max(SEARCH_MAX_LENGTH)
    .refine((value) => value.isWellFormed() && !value.includes('\0')) // PostgreSQL takes neither in a text
    .catch(''),
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/)
    .transform((text) => ({ since: new Date(Number(text.split('.')[0])), userId: text.split('.')[1] ?? '' }))
    .pipe(z.object({ since: z.date(), userId: z.uuid() }))
    .optional()
    .catch(undefined),
})

export type MemberQuery = z.output<typeof memberQuerySchema>
