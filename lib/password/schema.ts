import { z } from 'zod'
import { message } from '@/lib/messages'
import { lengthOf } from '@/lib/text'

export const PASSWORD_MAX_LENGTH = 256 // ASVS 6.2.9 asks for 64 or more

/**
 * Builds the field for a new password. It accepts any characters and truncates nothing. `ratePassword` in
 * lib/password/strength.ts has the other rules.
 * @param minLength in code points
 */
export function newPasswordField(minLength: number) {
  return z
    .string(message('password-choose'))
    .min(1, message('password-choose'))
    .refine((value) => value === '' || lengthOf(value) >= minLength, message('too-short', { min: minLength }))
    .refine((value) => lengthOf(value) <= PASSWORD_MAX_LENGTH, message('too-long', { max: PASSWORD_MAX_LENGTH }))
    .refine((value) => value.isWellFormed() && !value.includes('\0'), message('password-unstorable'))
}

/** The password of a sign-in. Only its length is limited, because older passwords may predate the current rules. */
export const signInPasswordField = existingPassword('sign-in-failed')

/** The user's own password, entered again. */
export const ownPasswordField = existingPassword('password-incorrect')

function existingPassword(tooLong: 'sign-in-failed' | 'password-incorrect') {
  return z
    .string(message('password-missing'))
    .min(1, message('password-missing'))
    .max(PASSWORD_MAX_LENGTH * 4, message(tooLong))
}

/**
 * Builds the schema of the form that changes the user's password.
 * @param minLength in code points
 */
export function changePasswordSchema(minLength: number) {
  return z.object({ currentPassword: ownPasswordField, password: newPasswordField(minLength) })
}
