import { z } from 'zod'
import { newAccountSchema } from '@/lib/accounts/schema'
import { callbackUrlField } from '@/lib/http/callback-url'
import { signInPasswordField } from '@/lib/password/schema'
import { linkSchema } from '@/lib/users/schema'

const HOUR_MS = 60 * 60 * 1000

export const REGISTRATION_LIFETIME_MS = 24 * HOUR_MS

/**
 * The form that a registration link opens. It shows the account name again, which may have been taken since. The password is
 * only needed in another browser.
 */
export const finishRegistrationSchema = z.object({
  ...linkSchema.shape,
  ...newAccountSchema.shape,
  password: signInPasswordField.optional(),
  callbackUrl: callbackUrlField,
})
