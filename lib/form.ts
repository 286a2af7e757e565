import type { z } from 'zod'
import type { Route } from '@/lib/http/paths'

// Types and names for forms. Every page loads this file, so it imports no code: lib/validation.ts has the parts that use zod.

/** The names of a form's fields, from its schema. */
export type FieldName<S extends z.ZodObject> = keyof z.input<S> & string

/** The query parameters of a list, from its schema, as the list's links and forms write them. */
export type QueryOf<S extends z.ZodType> = Partial<Record<keyof z.input<S> & string, string>>

/** Returns a function that names a plain field: `nameOf('search')`. A name that the schema does not have does not compile. */
export function namesOf<S extends z.ZodType>() {
  return <Name extends keyof z.input<S> & string>(name: Name): Name => name
}

/** What a server action returns to its form, with messages as sentences. `values` are shown again, and never contain a secret. */
export type FormState<Name extends string = string> =
  | { status: 'idle' }
  | {
      status: 'error'
      message?: string
      fieldErrors: Partial<Record<Name | typeof RECENT_AUTH_FIELD, string>>
      values: Partial<Record<Name, string>>
      proof?: RecentAuthRequest
      /** how many times in a row the request failed; the action may not have run */
      failures?: number
      /** the account's verification page, which opens beside the form */
      verify?: Route
    }
  | { status: 'success'; message: string; values: Partial<Record<Name, string>> }

/** A server action of a form with these fields. */
export type FormAction<Name extends string> = (state: FormState<Name>, form: FormData) => Promise<FormState<Name>>

/** A server action of a plain form that has no state. */
export type PlainAction = (form: FormData) => Promise<void>

/** Present while a form asks for the password again. `hasSecrets`: the form has other fields that are not shown again. */
export type RecentAuthRequest = { hasSecrets: boolean }

/** The name of the password field when a form asks for it again. */
export const RECENT_AUTH_FIELD = 'proof'

/** A form that was sent without JavaScript, shown again outside its page until the session meets the account's policy. */
export type UnsentForm = {
  action: FormAction<string>
  state: FormState
  /** the fields that the user filled in, or has to correct */
  shown: { name: string; label: string }[]
  hidden: Record<string, string>
}

/** The name of the hidden field that marks an unsent form. */
export const UNSENT_FIELD = 'unsent'

export const IDLE = { status: 'idle' } as const satisfies FormState
