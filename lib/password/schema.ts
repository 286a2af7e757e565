import { z } from 'zod'
import { foldText, lengthOf } from '@/lib/text'

export const PASSWORD_MIN_LENGTH = 8 // ASVS 6.2.1; PASSWORD_MIN_LENGTH in the environment raises it
export const PASSWORD_MAX_LENGTH = 256 // ASVS 6.2.9 asks for 64 or more
const CONTEXT_MIN_LENGTH = 3 // a shorter account name stands in too many innocent words

export const PASSWORD_MISSING = 'Enter your password.'
export const PASSWORD_INCORRECT = 'Your password is incorrect.'
export const PASSWORD_COMMON = 'This password is among the most common ones, and the first to be tried. Choose another.'
export const PASSWORD_BREACHED = 'This password is known from a leak elsewhere, and among the first to be tried. Choose another.'
export const PASSWORD_SAME = 'This is the password that you have now. Choose another.'
const PASSWORD_HAS_EMAIL = 'Your password cannot contain your email address.'
const PASSWORD_HAS_ACCOUNT = 'Your password cannot contain the account name.'

/**
 * A password that is being chosen: any characters, counted as a person would, none cut off.
 * @param minLength in characters
 */
export function newPasswordField(minLength: number) {
  return z
    .string('Choose a password.')
    .min(1, 'Choose a password.')
    .refine((value) => value === '' || lengthOf(value) >= minLength, `Use at least ${minLength} characters.`)
    .refine((value) => lengthOf(value) <= PASSWORD_MAX_LENGTH, `Use at most ${PASSWORD_MAX_LENGTH} characters.`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'This password holds a character that cannot be stored.')
}

/** A password that is being given: only bounded, for its rules were those of the day it was chosen. */
export const givenPasswordField = z
  .string(PASSWORD_MISSING)
  .min(1, PASSWORD_MISSING)
  .max(PASSWORD_MAX_LENGTH * 4, 'Email or password is incorrect.')

/** One's own password, given once more before something grave. Bounded alone, as above. */
export const ownPasswordField = z
  .string(PASSWORD_MISSING)
  .min(1, PASSWORD_MISSING)
  .max(PASSWORD_MAX_LENGTH * 4, PASSWORD_INCORRECT)

/**
 * Refuses a password that holds what anyone would try first for this person (ASVS 6.2.11).
 * @returns the reason, or undefined
 */
export function contextualWeakness(password: string, context: { email: string; accountName?: string }): string | undefined {
  const folded = foldText(password)
  if (context.email && folded.includes(foldText(context.email))) return PASSWORD_HAS_EMAIL
  const account = foldText(context.accountName ?? '')
  const holdsAccount = [account, account.replaceAll(' ', '')].some((name) => name.length >= CONTEXT_MIN_LENGTH && folded.includes(name))
  return holdsAccount ? PASSWORD_HAS_ACCOUNT : undefined
}

/**
 * The form that changes one's password.
 * @param email one's own, which the password must not contain
 * @param minLength in characters
 */
export function changePasswordSchema(email: string, minLength: number) {
  return z.object({ currentPassword: ownPasswordField, password: newPasswordField(minLength) }).superRefine(({ password }, issues) => {
    const message = contextualWeakness(password, { email })
    if (message) issues.addIssue({ code: 'custom', path: ['password'], message })
  })
}
