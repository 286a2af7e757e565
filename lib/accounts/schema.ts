import { z } from 'zod'
import { emailField } from '@/lib/email-address'
import { contextualWeakness, newPasswordField } from '@/lib/password/schema'
import { hasHiddenCharacters, lengthOf } from '@/lib/text'

const ACCOUNT_NAME_MIN_LENGTH = 2
export const ACCOUNT_NAME_MAX_LENGTH = 80
const CONFIRMATION_MAX_LENGTH = 1024 // however spaced and composed, a name typed by a person is shorter

export const ACCOUNT_NAME_TAKEN = 'This account name is taken.'
export const EMAIL_TAKEN = 'An account with this email already exists.'
export const ACCOUNT_NOT_RESTORABLE = 'This account can no longer be restored.'
const CONFIRMATION_MISSING = 'Type the name of the account.'
export const CONFIRMATION_DIFFERS = 'This is not the name of the account.'

/** How long an owner can take a deletion back. After that the account is erased, and its name is free. */
export const RESTORABLE_DAYS = 30
/** For the database's clock: a calendar day has 23 or 25 hours when the clocks change. */
export const RESTORABLE_HOURS = RESTORABLE_DAYS * 24

const NAME_MISSING = 'Give the account a name.'

/** Any script; trimmed and in NFKC. Unique without regard to case, width and spacing, which the database decides. */
const accountNameField = z
  .string(NAME_MISSING)
  .transform((value) => value.normalize('NFKC').trim())
  .pipe(
    z
      .string()
      .min(1, NAME_MISSING)
      .refine((value) => value === '' || lengthOf(value) >= ACCOUNT_NAME_MIN_LENGTH, `Use at least ${ACCOUNT_NAME_MIN_LENGTH} characters.`)
      .refine((value) => lengthOf(value) <= ACCOUNT_NAME_MAX_LENGTH, `Use at most ${ACCOUNT_NAME_MAX_LENGTH} characters.`)
      .refine((value) => !hasHiddenCharacters(value), 'An account name cannot hold invisible characters.'),
  )

export const newAccountSchema = z.object({ accountName: accountNameField })
export const renameAccountSchema = z.object({ accountName: accountNameField })

/** To delete an account its name is typed. */
export const deleteAccountSchema = z.object({
  confirmation: z.string(CONFIRMATION_MISSING).min(1, CONFIRMATION_MISSING).max(CONFIRMATION_MAX_LENGTH, CONFIRMATION_DIFFERS),
})

/** A button that acts on one of one's accounts. */
export const restoreAccountSchema = z.object({ id: z.uuid() })

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
