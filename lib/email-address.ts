import { z } from 'zod'

// Safe for the browser.

export const EMAIL_MAX_LENGTH = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
const LOCAL_PART_MAX_LENGTH = 64 // RFC 5321 4.5.3.1.1

export const EMAIL_MISSING = 'Enter your email address.'
const EMAIL_INVALID = 'Enter an email address, such as ada@example.com.'

/** One address, ASCII, in lower case: the form in which a person is known. `+` tags are kept. */
export const emailField = z
  .string(EMAIL_MISSING)
  .transform((value) => value.trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(1, EMAIL_MISSING)
      .max(EMAIL_MAX_LENGTH, `An email address has at most ${EMAIL_MAX_LENGTH} characters.`)
      .pipe(z.email(EMAIL_INVALID))
      .refine((value) => value.lastIndexOf('@') <= LOCAL_PART_MAX_LENGTH, EMAIL_INVALID),
  )
