import { z } from 'zod'
import { emailField } from '@/lib/email-address'

/** A day in UTC. From 1970 on: the clock of a computer knows no earlier. */
const day = z.iso
  .date()
  .refine((date) => date >= '1970')
  .optional()
  .catch(undefined)

/** What stands in the address of a trail. Anything odd there counts as not given. */
export const auditQuerySchema = z.object({
  /** an email address, or the id of someone who has none any more */
  person: z.union([emailField, z.uuid()]).optional().catch(undefined),
  kind: z
    .string()
    .regex(/^[a-z.-]{1,64}$/)
    .optional()
    .catch(undefined),
  from: day,
  to: day,
  /** the `next` of the page before: the moment and the id of its last event */
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/)
    .transform((text) => ({ at: new Date(Number(text.split('.')[0])), id: text.split('.')[1] ?? '' }))
    .pipe(z.object({ at: z.date(), id: z.uuid() }))
    .optional()
    .catch(undefined),
})

export type AuditQuery = z.output<typeof auditQuerySchema>
