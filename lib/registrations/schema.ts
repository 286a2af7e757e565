import { z } from 'zod'
import { newAccountSchema } from '@/lib/accounts/schema'
import { givenPasswordField } from '@/lib/password/schema'
import { linkSchema } from '@/lib/users/schema'

const HOUR_MS = 60 * 60 * 1000

export const REGISTRATION_LIFETIME_MS = 24 * HOUR_MS

export const REGISTRATION_DEAD = 'This link can no longer be used. The newest one is good for 24 hours, once.'
export const INVITATION_NEEDED = 'You need an invitation to register here.'

/** The answer where an address is proven first: the same whoever has it (ASVS 6.3.8). */
export const registrationAsked = (email: string) => `Check your mail: we sent a link to ${email}. Open it to go on.`

export const NOT_THE_PASSWORD_CHOSEN = 'This is not the password that was chosen. If somebody else asked for this link, register anew.'

/** The form behind the link: the name may have been taken since, and is asked for once more; the password is, in another browser. */
export const finishRegistrationSchema = z.object({
  ...linkSchema.shape,
  ...newAccountSchema.shape,
  password: givenPasswordField.optional(),
})
