import { z } from 'zod'
import { emailField } from '@/lib/email-address'
import { nameField } from '@/lib/fields'
import { callbackUrlField } from '@/lib/http/callback-url'
import { cursorParam, searchParam } from '@/lib/lists'
import { message } from '@/lib/messages'
import { newPasswordField } from '@/lib/password/schema'
import { newProfileNameField } from '@/lib/users/schema'

const ACCOUNT_NAME_MIN_LENGTH = 2
export const ACCOUNT_NAME_MAX_LENGTH = 80
const CONFIRMATION_MAX_LENGTH = 1024

/** How long an owner can restore a deleted account. After that, it is erased and its name becomes available. */
export const RESTORABLE_DAYS = 30
/** The same in hours, for SQL: a calendar day has 23 or 25 hours when the clocks change. */
export const RESTORABLE_HOURS = RESTORABLE_DAYS * 24

/** An account name in any script, trimmed and in NFKC. No two look alike: see `accountNameKeys`. */
const accountNameField = nameField({
  missing: message('account-name-missing'),
  min: ACCOUNT_NAME_MIN_LENGTH,
  max: ACCOUNT_NAME_MAX_LENGTH,
})

/** The query parameters of the home page. */
export const accountsQuerySchema = z.object({ search: searchParam, after: cursorParam })

export const newAccountSchema = z.object({ accountName: accountNameField })
export const renameAccountSchema = z.object({ accountName: accountNameField })

/** The form that deletes an account. The user types its name to confirm. */
export const deleteAccountSchema = z.object({
  confirmation: z
    .string(message('account-name-confirmation-missing'))
    .min(1, message('account-name-confirmation-missing'))
    .max(CONFIRMATION_MAX_LENGTH, message('account-name-differs')),
})

/** A button that restores an account. */
export const restoreAccountSchema = z.object({ id: z.uuid() })

/**
 * Builds the schema of the registration form: the user, and the account that they will own.
 * @param passwordMinLength in code points
 */
export function registrationSchema(passwordMinLength: number) {
  return z.object({
    accountName: accountNameField,
    name: newProfileNameField,
    email: emailField,
    password: newPasswordField(passwordMinLength),
    callbackUrl: callbackUrlField,
  })
}

export type Registration = Omit<z.infer<ReturnType<typeof registrationSchema>>, 'callbackUrl'>
