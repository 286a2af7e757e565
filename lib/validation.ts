import { z } from 'zod'
import { type Message, message } from './messages'

// How forms are validated, by the server and, once it has loaded, in the browser.

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
