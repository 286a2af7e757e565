import { z } from 'zod'
import { hasHiddenCharacters, lengthOf } from '@/lib/text'

export const EMAIL_MAX_LENGTH = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
const LOCAL_PART_MAX_LENGTH = 64 // RFC 5321 4.5.3.1.1
export const PROFILE_NAME_MAX_LENGTH = 80

const EMAIL_INVALID = 'Enter an email address, such as ada@example.com.'

/** One address, ASCII, in lower case: the form in which a person is known. `+` tags are kept. */
export const emailField = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(1, 'Enter your email address.')
      .max(EMAIL_MAX_LENGTH, `An email address has at most ${EMAIL_MAX_LENGTH} characters.`)
      .pipe(z.email(EMAIL_INVALID))
      .refine((value) => value.lastIndexOf('@') <= LOCAL_PART_MAX_LENGTH, EMAIL_INVALID),
  )

export const profileSchema = z.object({
  name: z
    .string()
    .transform((value) => value.normalize('NFKC').trim())
    .pipe(
      z
        .string()
        .refine((value) => lengthOf(value) <= PROFILE_NAME_MAX_LENGTH, `A name has at most ${PROFILE_NAME_MAX_LENGTH} characters.`)
        .refine((value) => !hasHiddenCharacters(value), 'A name cannot hold invisible characters.'),
    ),
})

export const EMAIL_DIFFERS = 'This is not your email address.'

/** To delete one's user, one's email is typed, in any case and with spaces around it. */
export const deleteUserSchema = z.object({
  confirmation: z
    .string()
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.string().min(1, 'Type your email address.').max(EMAIL_MAX_LENGTH, EMAIL_DIFFERS)),
})
