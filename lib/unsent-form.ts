import 'server-only'
import { headers } from 'next/headers'
import { z } from 'zod'
import { type FormAction, type FormState, UNSENT_FIELD, type UnsentForm } from './form'

// Forms whose page cannot be shown around them, because the session does not meet the account's policy.

/** `isAgain`: whether the form was sent from outside its page, and must be shown there again */
type RefusedForm = UnsentForm & { isAgain: boolean }

const forms = new WeakMap<object, RefusedForm>()

/**
 * Keeps a refused form, as it was sent without JavaScript, for the page that Next renders in the same request.
 * @param action that it is sent to again
 */
export async function keepUnsentForm(
  action: FormAction<string>,
  { form, schema, state }: { form: FormData; schema: z.ZodObject; state: FormState & { status: 'error' } },
): Promise<void> {
  const { values, fieldErrors } = state
  const names = Object.keys(schema.shape)
  const isShown = (name: string) => name in fieldErrors || isTyped(schema.shape[name], values[name])
  const hidden = Object.fromEntries(names.filter((name) => !isShown(name)).flatMap((name) => entryOf(name, values[name])))
  const shown = names.filter(isShown).map((name) => ({ name, label: labelOf(name) }))
  forms.set(await headers(), { action, state, shown, hidden: { ...hidden, [UNSENT_FIELD]: 'on' }, isAgain: form.has(UNSENT_FIELD) })
}

/** Returns the form that this request could not accept. */
export async function findUnsentForm(): Promise<RefusedForm | undefined> {
  return forms.get(await headers()) // the same object throughout a request
}

function entryOf(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]]
}

/** Whether a value is text, rather than an id, a choice, or a checked box. */
function isTyped(field: unknown, value: string | undefined): boolean {
  return Boolean(value) && value !== 'on' && !(field instanceof z.ZodUUID) && !(field instanceof z.ZodEnum)
}

/** `emailDomains` → `Email domains` */
function labelOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
