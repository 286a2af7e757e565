import { z } from 'zod'
import { cursorParam, searchParam } from '@/lib/lists'
import { message } from '@/lib/messages'
import { ROLES } from '@/lib/roles'

const DAY_MS = 24 * 60 * 60 * 1000
export const OFFER_LIFETIME_MS = 7 * DAY_MS
/** How long the removal of a member can be undone. */
export const RESTORABLE_MS = 5 * 60 * 1000

/** A button that acts on one member. */
export const memberSchema = z.object({ userId: z.uuid() })

export const changeRoleSchema = z.object({ userId: z.uuid(), role: z.enum(ROLES, message('role-missing')) })

/** The roles that the list can be filtered by, as its URL names them, with their order in the database. */
export const ROLE_RANKS = { owner: 1, admin: 2, member: 3 } as const

const ROLE_FILTERS = ['owner', 'admin', 'member'] as const satisfies (keyof typeof ROLE_RANKS)[]
const POSITIONS = { joined: /^\d{1,15}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, name: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\./ }

/** The query parameters of the members list. Anything invalid counts as missing. */
export const memberQuerySchema = z
  .object({
    search: searchParam,
    role: z.enum(ROLE_FILTERS).optional().catch(undefined),
    sort: z.enum(['joined', 'name']).catch('joined'),
    after: cursorParam,
  })
  .transform((query) => (POSITIONS[query.sort].test(query.after ?? '') ? query : { ...query, after: undefined }))

/** What {@link memberQuerySchema} returns. Without `sort`, members are in the order they joined. */
export type MemberQuery = { search: string } & Partial<z.output<typeof memberQuerySchema>>
