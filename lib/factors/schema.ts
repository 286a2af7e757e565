import { z } from 'zod'
import { checkboxField, nameField } from '@/lib/fields'
import { callbackUrlField, optionalCallbackUrlField } from '@/lib/http/callback-url'
import { message } from '@/lib/messages'

const MINUTE_MS = 60 * 1000
const DAY_MS = 24 * 60 * MINUTE_MS

export const TOTP_DIGITS = 6
export const TOTP_PERIOD_SECONDS = 30

/** How long an authenticator app can be set up after it was started. */
export const ENROLLMENT_LIFETIME_MS = 30 * MINUTE_MS

/** How long new recovery codes can be read in the session that generated them. */
export const SHEET_LIFETIME_MS = 30 * MINUTE_MS

export const RECOVERY_CODES = 10

/** Warn the user if they have this many recovery codes left, or fewer. */
export const FEW_RECOVERY_CODES = 2

/** How long a remembered browser is not asked for a second factor. */
export const REMEMBERED_BROWSER_MS = 30 * DAY_MS

const CODE_MAX_LENGTH = 64 // with spaces and dashes

/** The proofs that count as a second factor. The SQL function needs_second_factor has the same. */
export const SECOND_FACTORS: ReadonlySet<string> = new Set(['totp', 'passkey', 'recovery_code'])

/** An authenticator app code. Spaces are ignored. */
export const totpCodeField = z
  .string(message('code-missing'))
  .max(CODE_MAX_LENGTH, message('code-incorrect'))
  .transform((value) => value.replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[0-9]{6}$/, message('code-missing')))

/** A recovery code in its stored form: upper case, without dashes and spaces. I, L, and O are read as the digits they resemble. */
const recoveryCodeField = z
  .string()
  .max(CODE_MAX_LENGTH)
  .transform((value) => value.replace(/[\s-]/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0'))
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{28}$/))

/** An authenticator app code, or a recovery code. */
export const factorCodeField = z
  .string(message('code-missing'))
  .min(1, message('code-missing'))
  .max(CODE_MAX_LENGTH, message('code-incorrect'))

/** Returns which kind of code a user entered; null if it is neither. */
export function readFactorCode(text: string): { method: 'totp' | 'recovery_code'; code: string } | null {
  const [totp, recovery] = [totpCodeField.safeParse(text), recoveryCodeField.safeParse(text)]
  if (totp.success) return { method: 'totp', code: totp.data }
  return recovery.success ? { method: 'recovery_code', code: recovery.data } : null
}

/** The form that asks for a second factor. */
export const verifyFactorSchema = z.object({ code: factorCodeField, trust: checkboxField, callbackUrl: callbackUrlField })

/** A button that starts to add a factor, or ends it. `next`: where the user continues afterward */
export const enrollSchema = z.object({ next: optionalCallbackUrlField })

/** The form that finishes setting up an authenticator app. */
export const confirmTotpSchema = enrollSchema.extend({ code: totpCodeField })

/** A button that stops remembering a browser. */
export const browserSchema = z.object({ handle: z.uuid() })

/** How long a browser has to answer a passkey's challenge. */
export const CHALLENGE_LIFETIME_MS = 5 * MINUTE_MS

export const PASSKEYS_MAX = 20
export const TOTP_MAX = 5
const FACTOR_NAME_MAX_LENGTH = 80
const RESPONSE_MAX_LENGTH = 16 * 1024

/** What a browser answers to a challenge, as JSON. A script fills it in. */
export const passkeyResponseField = z.string().max(RESPONSE_MAX_LENGTH, message('passkey-refused'))

/** The form that adds a passkey. */
export const addPasskeySchema = enrollSchema.extend({ response: passkeyResponseField })

/** The form that verifies a passkey after the password. */
export const usePasskeySchema = z.object({ response: passkeyResponseField, callbackUrl: callbackUrlField })

/** The form that signs in with a passkey. */
export const passkeySignInSchema = usePasskeySchema.extend({ remember: checkboxField })

export const FACTOR_KINDS = ['totp', 'passkey'] as const

/** A factor that a user adds: an authenticator app, or a passkey. */
export type FactorKind = (typeof FACTOR_KINDS)[number]

/** A button that removes a factor. */
export const factorSchema = z.object({ kind: z.enum(FACTOR_KINDS), id: z.uuid() })

/** The form that renames a factor. */
export const renameFactorSchema = factorSchema.extend({
  name: nameField({ missing: message('field-required'), max: FACTOR_NAME_MAX_LENGTH }),
})

/** Parses JSON of an object, whose properties are not checked. @returns null if it is anything else */
export function parseJson<T extends object>(text: string): T | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as T) : null
  } catch {
    return null
  }
}
