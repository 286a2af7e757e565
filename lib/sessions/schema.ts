import { z } from 'zod'
import { foldEmail } from '@/lib/email-address'
import { checkboxField } from '@/lib/fields'
import { callbackUrlField } from '@/lib/http/callback-url'
import { message } from '@/lib/messages'
import { signInPasswordField } from '@/lib/password/schema'

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long a session lasts without use, and at most (ASVS 7.3.1, 7.3.2). */
export const SESSION_LIFETIMES = {
  browser: { idleMs: 12 * HOUR_MS, absoluteMs: 7 * DAY_MS },
  remembered: { idleMs: 14 * DAY_MS, absoluteMs: 60 * DAY_MS },
}

/** The minimum time between two updates of a session's last use. The SQL function scope_of has the same value. */
export const TOUCH_INTERVAL_MS = 5 * MINUTE_MS

/** How long after the password was entered, sensitive actions do not ask for it again (ASVS 7.5.1). */
export const RECENT_AUTH_MS = 10 * MINUTE_MS

/** A button that ends a session. */
export const sessionSchema = z.object({ handle: z.uuid() })

/** The query parameters of the list. An invalid one counts as missing. */
export const sessionQuerySchema = z.object({ after: z.uuid().optional().catch(undefined) })

/** The sign-in form. A malformed email is accepted here, and fails with the same message as an unknown one (ASVS 6.3.8). */
export const signInSchema = z.object({
  email: z
    .string(message('email-missing'))
    .transform(foldEmail)
    .pipe(z.string().min(1, message('email-missing')).max(1000, message('sign-in-failed'))),
  password: signInPasswordField,
  remember: checkboxField,
  callbackUrl: callbackUrlField,
})
