import { z } from 'zod'
import { message } from './messages'

// Safe for the browser.

export const EMAIL_MAX_LENGTH = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
const LOCAL_PART_MAX_LENGTH = 64 // RFC 5321 4.5.3.1.1

/**
 * Returns the lower-case form of a typed address. Only A to Z change: `toLowerCase` alone would turn the Kelvin sign (U+212A)
 * into `k`, so one address could be typed as another.
 */
export function foldEmail(typed: string): string {
  return typed.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** The email address that identifies a user: a single address, ASCII as typed, in lower case. `+` tags are kept. */
export const emailField = z
  .string(message('email-missing'))
  .transform(foldEmail)
  .pipe(
    z
      .string()
      .min(1, message('email-missing'))
      .max(EMAIL_MAX_LENGTH, message('too-long', { max: EMAIL_MAX_LENGTH }))
      .pipe(z.email(message('email-invalid')))
      .refine((value) => value.lastIndexOf('@') <= LOCAL_PART_MAX_LENGTH, message('email-invalid')),
  )
