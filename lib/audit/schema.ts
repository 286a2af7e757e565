import { z } from 'zod'
import { emailField } from '@/lib/email-address'
import { searchParam } from '@/lib/lists'

/** A day in UTC, from 1970 on. */
const day = z.iso
  .date()
  .refine((date) => date >= '1970')
  .optional()
  .catch(undefined)

const person = z.union([emailField, z.uuid()])

/** The query parameters of an audit trail. An invalid one counts as missing. */
export const auditQuerySchema = z.object({
  /** the actor's email, or the id of a former member. Other text matches nothing; it is kept so the form can show it. */
  person: z.union([person, searchParam]).optional(),
  kind: z
    .string()
    .regex(/^[a-z.-]{1,64}$/)
    .optional()
    .catch(undefined),
  from: day,
  to: day,
  /** the `next` of the previous page: the time and id of its last event */
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/)
    .transform((text) => ({ at: new Date(Number(text.split('.')[0])), id: text.split('.')[1] ?? '' }))
    .pipe(z.object({ at: z.date(), id: z.uuid() }))
    .optional()
    .catch(undefined),
})

/** Returns whether the text of a filter can be a person: an email or an id. */
export function isPerson(text: string): boolean {
  return person.safeParse(text).success
}

export type AuditQuery = z.output<typeof auditQuerySchema>
