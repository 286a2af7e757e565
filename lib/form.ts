import type { z } from 'zod'

/** What a server action hands back to its form. `values` are what to show again; a secret is never among them. */
export type FormState =
  | { status: 'idle' }
  | { status: 'error'; message?: string; fieldErrors: Record<string, string>; values: Record<string, string>; proof?: RecentAuthRequest }
  | { status: 'success'; message: string; values: Record<string, string> }

/** What stands in a form that asks once more for one's password. `hasSecrets` when other fields are not shown again either. */
export type RecentAuthRequest = { hasSecrets: boolean }

/** The field in which the password is given once more. Never among what is shown again. */
export const RECENT_AUTH_FIELD = 'proof'

export const IDLE: FormState = { status: 'idle' }

/** What a domain function returns when a person's input cannot be had: which field, and why; or no field at all. */
export type Refusal = { field?: string; message: string }

/** The result of a domain function that can refuse. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

/** @returns a failed result with the sentence to show, beside its field when one is named */
export function refuse(message: string, field?: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { message, field } }
}

/** @returns the first message of each field, as a form shows one at a time */
export function fieldErrorsOf(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const issue of error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message
  return errors
}
