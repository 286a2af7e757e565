import { z } from 'zod'
import { type Message, message } from '@/lib/messages'
import { foldText, lengthOf } from '@/lib/text'

export const PASSWORD_MIN_LENGTH = 8 // ASVS 6.2.1; PASSWORD_MIN_LENGTH in the environment raises it
export const PASSWORD_MAX_LENGTH = 256 // ASVS 6.2.9 asks for 64 or more
const CONTEXT_MIN_LENGTH = 3 // a shorter account name is part of too many ordinary words

/**
 * A password that is being chosen: any characters, counted as a person would, none cut off. What only the server can judge,
 * `findWeakness` does.
 * @param minLength in characters
 */
export function newPasswordField(minLength: number) {
  return z
    .string(message('password-choose'))
    .min(1, message('password-choose'))
    .refine((value) => value === '' || lengthOf(value) >= minLength, message('too-short', { min: minLength }))
    .refine((value) => lengthOf(value) <= PASSWORD_MAX_LENGTH, message('too-long', { max: PASSWORD_MAX_LENGTH }))
    .refine((value) => value.isWellFormed() && !value.includes('\0'), message('password-unstorable'))
}

/** A password that is entered to sign in. Only its length is limited: the rules were those of the day it was chosen. */
export const givenPasswordField = existingPassword('sign-in-failed')

/** The user's own password, entered again. */
export const ownPasswordField = existingPassword('password-incorrect')

function existingPassword(tooLong: 'sign-in-failed' | 'password-incorrect') {
  return z
    .string(message('password-missing'))
    .min(1, message('password-missing'))
    .max(PASSWORD_MAX_LENGTH * 4, message(tooLong))
}

/**
 * Refuses a password that contains what an attacker would try first for this user (ASVS 6.2.11).
 * @returns the reason, or undefined
 */
export function contextualWeakness(password: string, context: { email: string; accountName?: string }): Message | undefined {
  const folded = foldText(password)
  if (context.email && folded.includes(foldText(context.email))) return 'password-has-email'
  const account = foldText(context.accountName ?? '')
  const hasAccount = [account, account.replaceAll(' ', '')].some((name) => name.length >= CONTEXT_MIN_LENGTH && folded.includes(name))
  return hasAccount ? 'password-has-account' : undefined
}

/**
 * The form that changes the user's password.
 * @param minLength in characters
 */
export function changePasswordSchema(minLength: number) {
  return z.object({ currentPassword: ownPasswordField, password: newPasswordField(minLength) })
}
