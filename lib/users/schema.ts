import { z } from 'zod'
import { EMAIL_MAX_LENGTH, emailField, foldEmail } from '@/lib/email-address'
import { factorCodeField, passkeyResponseField } from '@/lib/factors/schema'
import { checkboxField, nameField } from '@/lib/fields'
import { callbackUrlField } from '@/lib/http/callback-url'
import { message } from '@/lib/messages'
import { newPasswordField, signInPasswordField } from '@/lib/password/schema'

export const PROFILE_NAME_MAX_LENGTH = 80
const LINK_ID_MAX_LENGTH = 64

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS

/** The lifetime of a link that confirms or restores an email. */
export const EMAIL_LINK_LIFETIME_MS = 24 * HOUR_MS
/** A password reset gives access to everything, so its link is short-lived (ASVS 6.4.1, 6.6.3). */
export const PASSWORD_RESET_LIFETIME_MS = HOUR_MS
export const SIGN_IN_LINK_LIFETIME_MS = 15 * MINUTE_MS
export const SIGN_IN_CODE_DIGITS = 6

const profileNameField = nameField({ max: PROFILE_NAME_MAX_LENGTH })

export const profileSchema = z.object({ name: profileNameField })

/** The user's name in a form that registers them. Optional; see {@link profileSchema}. */
export const newProfileNameField = profileNameField.optional()

/** The form that changes the user's email. */
export const changeEmailSchema = z.object({ email: emailField })

/** The form for a forgotten password. */
export const forgotPasswordSchema = z.object({ email: emailField, callbackUrl: callbackUrlField })

/** The form that emails a sign-in link. */
export const signInLinkSchema = z.object({ email: emailField, callbackUrl: callbackUrlField })

/** The form for the code that a sign-in link shows in another browser. Spaces in the code are ignored. */
export const signInCodeSchema = z.object({
  code: z
    .string(message('code-missing'))
    .transform((value) => value.replace(/\s/g, ''))
    .pipe(z.string().regex(/^[0-9]{6}$/, message('code-missing'))),
  remember: checkboxField,
  callbackUrl: callbackUrlField,
})

/** A button on the page that an emailed link opens. `link` identifies the link. */
export const linkSchema = z.object({ link: z.string().max(LINK_ID_MAX_LENGTH) })

/** The button that confirms an email. A browser that its user is not signed in to also asks for their password. */
export const confirmEmailSchema = linkSchema.extend({ password: signInPasswordField.optional() })

/** The button that shows the code of a sign-in link. */
export const showSignInCodeSchema = linkSchema.extend({ callbackUrl: callbackUrlField })

/** The button on the page that a sign-in link opens. */
export const confirmSignInSchema = linkSchema.extend({ remember: checkboxField, callbackUrl: callbackUrlField })

/**
 * Builds the schema of the form that a password reset link opens.
 * @param passwordMinLength in code points
 */
export function resetPasswordSchema(passwordMinLength: number) {
  return linkSchema.extend({
    password: newPasswordField(passwordMinLength),
    code: factorCodeField.optional(),
    response: passkeyResponseField.optional(),
    callbackUrl: callbackUrlField,
  })
}

/** The form that deletes the user. They type their email to confirm; case and surrounding spaces are ignored. */
export const deleteUserSchema = z.object({
  confirmation: z
    .string()
    .transform(foldEmail)
    .pipe(z.string().min(1, message('email-confirmation-missing')).max(EMAIL_MAX_LENGTH, message('email-differs'))),
})
