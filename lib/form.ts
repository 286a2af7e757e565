import { z } from 'zod'
import { type Message, message } from './messages'

/** The names of a form's fields, from its schema. */
export type FieldName<S extends z.ZodObject> = keyof z.input<S> & string

/** What a server action returns to its form. `values` are shown again, and never contain a secret. */
export type FormState<Name extends string = string> =
  | { status: 'idle' }
  | {
      status: 'error'
      message?: Message
      fieldErrors: Partial<Record<Name | typeof RECENT_AUTH_FIELD, Message>>
      values: Partial<Record<Name, string>>
      proof?: RecentAuthRequest
    }
  | { status: 'success'; message: Message; values: Partial<Record<Name, string>> }

/** A server action of a form with these fields. */
export type FormAction<Name extends string> = (state: FormState<Name>, form: FormData) => Promise<FormState<Name>>

/** A server action of a plain form that has no state. */
export type PlainAction = (form: FormData) => Promise<void>

/** Present while a form asks for the password again. `hasSecrets`: the form has other fields that are not shown again. */
export type RecentAuthRequest = { hasSecrets: boolean }

/** The name of the password field when a form asks for it again. */
export const RECENT_AUTH_FIELD = 'proof'

export const IDLE = { status: 'idle' } as const satisfies FormState

/** A form with a button and no fields. */
export const emptySchema = z.object({})

/** Returns the message for a zod issue that the schema has none for: the field is missing, or its value is malformed. */
export function defaultMessage({ input }: { input?: unknown }): Message {
  return message(input === undefined || input === '' ? 'field-required' : 'field-unusable')
}

/** Returns the first message of each field. */
export function fieldErrorsOf(error: z.ZodError): Record<string, Message> {
  const errors: Record<string, Message> = {}
  for (const issue of error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message as Message
  return errors
}
