import { z } from 'zod'
import { searchParam } from '@/lib/lists'
import { message } from '@/lib/messages'
import { ROLES } from '@/lib/roles'

const DAY_MS = 24 * 60 * 60 * 1000
export const OFFER_LIFETIME_MS = 7 * DAY_MS
/** How long the removal of a member can be undone. */
export const RESTORABLE_MS = 5 * 60 * 1000

/** A button that acts on one member. */
export const memberSchema = z.object({ userId: z.uuid() })

export const changeRoleSchema = z.object({ userId: z.uuid(), role: z.enum(ROLES, message('role-missing')) })

/** The query parameters of the members list. Anything invalid counts as missing. */
export const memberQuerySchema = z.object({
  search: searchParam,
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/)
    .transform((text) => ({ since: new Date(Number(text.split('.')[0])), userId: text.split('.')[1] ?? '' }))
    .pipe(z.object({ since: z.date(), userId: z.uuid() }))
    .optional()
    .catch(undefined),
})

export type MemberQuery = z.output<typeof memberQuerySchema>
