import { z } from 'zod'
import { foldEmail } from '@/lib/email-address'
import { checkboxField } from '@/lib/fields'
import { callbackUrlField } from '@/lib/http/callback-url'
import { message } from '@/lib/messages'
import { signInPasswordField } from '@/lib/password/schema'

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
