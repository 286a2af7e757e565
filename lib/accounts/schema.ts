import { z } from 'zod'
import { contextualWeakness, newPasswordField } from '@/lib/password/schema'
import { hasHiddenCharacters, lengthOf } from '@/lib/text'
import { emailField } from '@/lib/users/schema'

const ACCOUNT_NAME_MIN_LENGTH = 2
export const ACCOUNT_NAME_MAX_LENGTH = 80

export const ACCOUNT_NAME_TAKEN = 'This account name is taken.'
export const EMAIL_TAKEN = 'An account with this email already exists.'

/** Any script; trimmed and in NFKC. Unique without regard to case, width and spacing, which the database decides. */
const accountNameField = z
  .string()
  .transform((value) => value.normalize('NFKC').trim())
  .pipe(
    z
      .string()
      .min(1, 'Give the account a name.')
      .refine((value) => value === '' || lengthOf(value) >= ACCOUNT_NAME_MIN_LENGTH, `Use at least ${ACCOUNT_NAME_MIN_LENGTH} characters.`)
      .refine((value) => lengthOf(value) <= ACCOUNT_NAME_MAX_LENGTH, `Use at most ${ACCOUNT_NAME_MAX_LENGTH} characters.`)
      .refine((value) => !hasHiddenCharacters(value), 'An account name cannot hold invisible characters.'),
  )

export const newAccountSchema = z.object({ accountName: accountNameField })

/**
 * The registration form: the user and the account it will own.
 * @param passwordMinLength in characters
 */
export function registrationSchema(passwordMinLength: number) {
  return z
    .object({ accountName: accountNameField, email: emailField, password: newPasswordField(passwordMinLength) })
    .superRefine(({ password, email, accountName }, issues) => {
      const message = contextualWeakness(password, { email, accountName })
      if (message) issues.addIssue({ code: 'custom', path: ['password'], message })
    })
}

export type Registration = z.infer<ReturnType<typeof registrationSchema>>
