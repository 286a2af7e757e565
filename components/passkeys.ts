import { unstable_rethrow } from 'next/navigation'
import { type FormAction, IDLE } from '@/lib/form'
import type { Message } from '@/lib/messages'

// Passkeys in the browser. The library is loaded when the first passkey is asked for.

/** An action that returns what the browser needs to create or use a passkey. */
export type PasskeyOptionsAction = (
  state: null,
  form: FormData,
) => Promise<{ status: 'ready'; value: { options: string } } | { status: 'error'; message: Message }>

export type PasskeyRequest = {
  ceremony: 'create' | 'use'
  options: PasskeyOptionsAction
  /** receives the answer in the field `response` */
  action: FormAction<string>
  fields?: Record<string, string>
  /** whether to offer passkeys in the autofill of the email field, until another one is asked for */
  autofill?: boolean
}

/**
 * Asks for a passkey and sends it.
 * @returns a message to show; undefined if the page changes, or the browser stopped asking
 */
export async function sendPasskey({
  ceremony,
  options,
  action,
  fields = {},
  autofill = false,
}: PasskeyRequest): Promise<string | undefined> {
  const [ready, { startAuthentication, startRegistration }] = await Promise.all([
    options(null, new FormData()),
    import('@simplewebauthn/browser'),
  ]).catch(rethrow)
  if (ready.status !== 'ready') return say(ready.message)
  const optionsJSON = JSON.parse(ready.value.options)
  const form = new FormData()
  try {
    const answer =
      ceremony === 'create'
        ? await startRegistration({ optionsJSON })
        : await startAuthentication({ optionsJSON, useBrowserAutofill: autofill })
    form.set('response', JSON.stringify(answer))
  } catch (error) {
    return autofill ? undefined : say(messageOf(error))
  }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const state = await action(IDLE, form).catch(rethrow)
  if (state.status !== 'error') return undefined
  return state.message ?? Object.values(state.fieldErrors)[0] ?? say(state.proof ? 'passkey-start-again' : 'passkey-refused')
}

/** Loads the sentences with the first that is needed. */
async function say(message: Message): Promise<string> {
  const { sentence } = await import('@/lib/messages')
  return sentence(message)
}

function messageOf(error: unknown): Message {
  return error instanceof Error && error.name === 'InvalidStateError' ? 'passkey-exists' : 'passkey-canceled'
}

/** Passes on a redirect, such as to the next page. */
function rethrow(error: unknown): never {
  unstable_rethrow(error)
  throw error
}

/** Returns whether the browser can offer passkeys in autofill. */
export async function supportsAutofill(): Promise<boolean> {
  return (await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) ?? false
}
