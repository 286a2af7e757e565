import { z } from 'zod'
import { type Message, message } from './messages'
import { parseMoney } from './money'
import { hasHiddenCharacters, hasVisibleWord, lengthOf, withoutHiddenCharacters } from './text'

// Form fields for resources. Safe for the browser.

/**
 * Builds the field for a name in any script, trimmed and in NFKC. It needs a letter, a digit, or an emoji.
 * @param missing the message if it is empty; without one, the name is optional
 * @param min the minimum length in code points @param max the maximum
 */
export function nameField({ missing, min = 1, max }: { missing?: Message; min?: number; max: number }) {
  return z
    .string(missing)
    .transform((value) => value.normalize('NFKC').trim())
    .pipe(
      z
        .string()
        .refine((value) => value !== '' || missing === undefined, missing)
        .refine((value) => value === '' || lengthOf(value) >= min, message('too-short', { min }))
        .refine((value) => lengthOf(value) <= max, message('too-long', { max }))
        .refine((value) => !hasHiddenCharacters(value), { error: message('invisible-characters'), abort: true })
        .refine((value) => value === '' || hasVisibleWord(value), message('name-unnameable')),
    )
}

/**
 * Builds the field for text with several lines. It keeps everything that a person can type, and refuses control characters.
 * @param missing the message if it is empty; without one, the text is optional
 * @param max the maximum length in code points
 */
export function textField({ missing, max }: { missing?: Message; max: number }) {
  return z
    .string(missing)
    .transform((value) => value.replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .refine((value) => missing === undefined || withoutHiddenCharacters(value) !== '', missing)
        .refine((value) => lengthOf(value) <= max, message('too-long', { max }))
        .refine((value) => value.isWellFormed() && !/(?![\n\t])\p{Cc}/u.test(value), message('invisible-characters')),
    )
}

/** An amount of money, in cents. */
export const moneyField = z.string(message('field-required')).transform((value, issues) => {
  const cents = parseMoney(value)
  if (cents !== undefined) return cents
  issues.addIssue({ code: 'custom', message: message(value.trim() ? 'amount-invalid' : 'field-required') })
  return z.NEVER
})

/** A day without a time, as `<input type="date">` sends it, at midnight UTC. */
export const dayField = z.iso.date(message('day-invalid')).transform((day) => new Date(`${day}T00:00:00Z`))

/** A form sends a checked checkbox as "on" and omits an unchecked one. In the browser, its value may be a boolean. */
export const checkboxField = z
  .union([z.literal('on'), z.literal('true'), z.literal('false'), z.literal(''), z.boolean()])
  .optional()
  .transform((value) => value === 'on' || value === 'true' || value === true)
