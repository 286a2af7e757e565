import { z } from 'zod'
import { EMAIL_MISSING } from '@/lib/email-address'
import { givenPasswordField } from '@/lib/password/schema'

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

export const SESSION_GONE = 'This session has ended already.'

/** A button that acts on one of one's sessions. */
export const sessionSchema = z.object({ handle: z.uuid() })

/** What stands in the address of the list; anything odd there counts as not given. */
export const sessionQuerySchema = z.object({ after: z.uuid().optional().catch(undefined) })

/** The one text of every failed sign-in (ASVS 6.3.8). */
export const SIGN_IN_FAILED = 'Email or password is incorrect.'

/** A form sends a checkbox as "on" or not at all; in the browser an empty one reads as false. */
const checkbox = z
  .union([z.literal('on'), z.literal('true'), z.literal('false'), z.literal(''), z.boolean()])
  .optional()
  .transform((value) => value === 'on' || value === 'true' || value === true)

/** The sign-in form. An address that is none belongs to nobody: it fails like any other, later. */
export const signInSchema = z.object({
  email: z
    .string(EMAIL_MISSING)
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.string().min(1, EMAIL_MISSING).max(1000, SIGN_IN_FAILED)),
  password: givenPasswordField,
  remember: checkbox,
})
