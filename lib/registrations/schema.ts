import { z } from 'zod'
import { newAccountSchema } from '@/lib/accounts/schema'
import { callbackUrlField } from '@/lib/http/callback-url'
import { signInPasswordField } from '@/lib/password/schema'
import { linkSchema } from '@/lib/users/schema'

const HOUR_MS = 60 * 60 * 1000

export const REGISTRATION_LIFETIME_MS = 24 * HOUR_MS

/** The form behind the link. The account name is shown again, since it may have been taken; the password is only needed in another browser. */
export const finishRegistrationSchema = z.object({
  ...linkSchema.shape,
  ...newAccountSchema.shape,
  password: signInPasswordField.optional(),
  callbackUrl: callbackUrlField,
})
