import { z } from 'zod'
import { message } from './messages'

// Safe for the browser.

export const EMAIL_MAX_LENGTH = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
const LOCAL_PART_MAX_LENGTH = 64 // RFC 5321 4.5.3.1.1

/** The email address that identifies a user: a single ASCII address in lower case. `+` tags are kept. */
export const emailField = z
  .string(message('email-missing'))
  .transform((value) => value.trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(1, message('email-missing'))
      .max(EMAIL_MAX_LENGTH, message('too-long', { max: EMAIL_MAX_LENGTH }))
      .pipe(z.email(message('email-invalid')))
      .refine((value) => value.lastIndexOf('@') <= LOCAL_PART_MAX_LENGTH, message('email-invalid')),
  )
