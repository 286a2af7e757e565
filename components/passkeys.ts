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
  /** more fields, read once the passkey has answered */
  current?: () => Record<string, string>
  /** whether to offer passkeys in the autofill of the email field, until another one is asked for */
  autofill?: boolean
}

// In the browser's code, not in the catalog of messages, because nothing can be loaded when they are needed.
const UNREACHABLE = 'We couldn’t reach the server. Check your connection, then try again.'
const FAILED = 'Something went wrong on our side. Try again.'

/** What the user answered, ready to be sent, or a message to show. Neither if autofill was not used. */
export type PasskeyAnswer = { form?: FormData; refusal?: string }

/**
 * Gets what the browser needs to ask for a passkey.
 * @returns a function that asks, which ends only when the user answers; or a message to show, if there is one
 */
export async function preparePasskey({
  ceremony,
  options,
  fields = {},
  current = () => ({}),
  autofill = false,
}: PasskeyRequest): Promise<{ ask: () => Promise<PasskeyAnswer> } | { refusal?: string }> {
  try {
    const [ready, { startAuthentication, startRegistration }] = await Promise.all([
      options(null, new FormData()),
      import('@simplewebauthn/browser'),
    ])
    if (ready.status !== 'ready') return { refusal: await say(ready.message) }
    const optionsJSON = JSON.parse(ready.value.options)
    const ask = async () => {
      const form = new FormData()
      try {
        const answer =
          ceremony === 'create'
            ? await startRegistration({ optionsJSON })
            : await startAuthentication({ optionsJSON, useBrowserAutofill: autofill })
        form.set('response', JSON.stringify(answer))
      } catch (error) {
        return autofill ? {} : { refusal: await say(messageOf(error)) }
      }
      for (const [name, value] of Object.entries({ ...fields, ...current() })) form.set(name, value)
      return { form }
    }
    return { ask }
  } catch (error) {
    unstable_rethrow(error) // a redirect, such as to sign-in
    return autofill ? {} : { refusal: failureOf(error) }
  }
}

/**
 * Sends the user's answer. A request that fails keeps the page.
 * @returns a message to show; undefined if the page changes
 */
export async function sendPasskey({ action }: PasskeyRequest, form: FormData): Promise<string | undefined> {
  try {
    const state = await action(IDLE, form)
    if (state.status !== 'error') return undefined
    return state.message ?? Object.values(state.fieldErrors)[0] ?? (await say(state.proof ? 'passkey-start-again' : 'passkey-refused'))
  } catch (error) {
    unstable_rethrow(error) // a redirect, such as to the next page
    return failureOf(error)
  }
}

function failureOf(error: unknown): string {
  return error instanceof TypeError ? UNREACHABLE : FAILED // fetch rejects with a TypeError
}

/** Loads the sentences with the first that is needed. */
async function say(message: Message): Promise<string> {
  const { sentence } = await import('@/lib/messages')
  return sentence(message)
}

function messageOf(error: unknown): Message {
  return error instanceof Error && error.name === 'InvalidStateError' ? 'passkey-exists' : 'passkey-canceled'
}

/** Returns whether the browser can offer passkeys in autofill. */
export async function supportsAutofill(): Promise<boolean> {
  return (await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) ?? false
}
