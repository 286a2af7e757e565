import { z } from 'zod'
import { EMAIL_MAX_LENGTH, emailField } from '@/lib/email-address'
import { contextualWeakness, newPasswordField } from '@/lib/password/schema'
import { hasHiddenCharacters, lengthOf } from '@/lib/text'

export const PROFILE_NAME_MAX_LENGTH = 80
const LINK_ID_MAX_LENGTH = 64

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS

/** How long a link holds that proves an address, or takes one back. */
export const EMAIL_LINK_LIFETIME_MS = 24 * HOUR_MS
/** Between two links to confirm the same address. */
/** A reset opens everything, so its link is short-lived (ASVS 6.4.1, 6.6.3). */
export const PASSWORD_RESET_LIFETIME_MS = HOUR_MS

export const EMAIL_LINK_DEAD = 'This link can no longer be used. The newest one is good for 24 hours, once.'
export const PASSWORD_RESET_DEAD = 'This link can no longer be used. The newest one is good for an hour, once.'
export const EMAIL_IS_YOURS = 'This is your address already.'
export const NEW_EMAIL_TAKEN = 'This address belongs to another account by now, so yours stays as it is.'
export const VERIFICATION_TOO_SOON = 'A link was sent less than a minute ago. Look for it, or try again in a minute.'
export const ALREADY_VERIFIED = 'Your address is confirmed already.'

/** The answers to an address that was typed: the same whoever has it (ASVS 6.3.8). */
export const newEmailAsked = (email: string) => `Check your mail: we sent a link to ${email}. Your address changes when you open it.`
export const passwordResetAsked = (email: string) => `Check your mail: if ${email} has an account, a link is on its way to it.`
export const verificationSent = (email: string) => `We sent a new link to ${email}.`

export const profileSchema = z.object({
  name: z
    .string()
    .transform((value) => value.normalize('NFKC').trim())
    .pipe(
      z
        .string()
        .refine((value) => lengthOf(value) <= PROFILE_NAME_MAX_LENGTH, `A name has at most ${PROFILE_NAME_MAX_LENGTH} characters.`)
        .refine((value) => !hasHiddenCharacters(value), 'A name cannot hold invisible characters.'),
    ),
})

/** The form that changes one's address. */
export const changeEmailSchema = z.object({ email: emailField })

/** The form for a forgotten password. */
export const forgotPasswordSchema = z.object({ email: emailField })

/** A button that takes no more than being pressed. */
export const pressedSchema = z.object({})

/** A button on the page behind a link: `link` tells which one the page showed. */
export const linkSchema = z.object({ link: z.string().max(LINK_ID_MAX_LENGTH) })

/**
 * The form behind the link of a reset.
 * @param email of the person, which the password must not contain
 * @param passwordMinLength in characters
 */
export function resetPasswordSchema(email: string, passwordMinLength: number) {
  return linkSchema.extend({ password: newPasswordField(passwordMinLength) }).superRefine(({ password }, issues) => {
    const message = contextualWeakness(password, { email })
    if (message) issues.addIssue({ code: 'custom', path: ['password'], message })
  })
}
export const EMAIL_DIFFERS = 'This is not your email address.'

/** To delete one's user, one's email is typed, in any case and with spaces around it. */
export const deleteUserSchema = z.object({
  confirmation: z
    .string()
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.string().min(1, 'Type your email address.').max(EMAIL_MAX_LENGTH, EMAIL_DIFFERS)),
})
