import { z } from 'zod'
import { callbackUrlField } from '@/lib/http/callback-url'
import { message } from '@/lib/messages'
import { signInPasswordField } from '@/lib/password/schema'

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long a session lives without being used, and at most (ASVS 7.3.1, 7.3.2). */
export const SESSION_LIFETIMES = {
  browser: { idleMs: 12 * HOUR_MS, absoluteMs: 7 * DAY_MS },
  remembered: { idleMs: 14 * DAY_MS, absoluteMs: 60 * DAY_MS },
}

/** That a session is in use is noted at most this often. The SQL function scope_of, which says when it is due, has the same. */
export const SEEN_EVERY_MS = 5 * MINUTE_MS

/** How long a password that was given holds as proof, before something grave asks for it again (ASVS 7.5.1). */
export const RECENT_AUTH_MS = 10 * MINUTE_MS

/** A button that ends a session. */
export const sessionSchema = z.object({ handle: z.uuid() })

/** What stands in the address of the list; anything odd there counts as not given. */
export const sessionQuerySchema = z.object({ after: z.uuid().optional().catch(undefined) })

/** A form sends a checkbox as "on" or not at all; in the browser an empty one reads as false. */
const checkbox = z
  .union([z.literal('on'), z.literal('true'), z.literal('false'), z.literal(''), z.boolean()])
  .optional()
  .transform((value) => value === 'on' || value === 'true' || value === true)

/** The sign-in form. A malformed email is accepted here and fails like any unknown one, with the same message (ASVS 6.3.8). */
export const signInSchema = z.object({
  email: z
    .string(message('email-missing'))
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.string().min(1, message('email-missing')).max(1000, message('sign-in-failed'))),
  password: signInPasswordField,
  remember: checkbox,
  callbackUrl: callbackUrlField,
})
