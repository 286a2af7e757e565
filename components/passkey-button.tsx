'use client'

import { useEffect, useRef, useState, useTransition } from 'react'
import { type PasskeyAnswer, type PasskeyRequest, preparePasskey, sendPasskey, supportsAutofill } from './passkeys'
import { Button, type ButtonLook } from './ui/button'
import { FormMessage } from './ui/form-message'

/**
 * A button that asks for a passkey. Not shown without JavaScript, which passkeys need.
 * @param fieldsOf the id of a form, and which of its fields are sent too
 * @param withAutofill whether the browser also offers passkeys in the email field, after the first touch of the page
 */
export function PasskeyButton({
  label,
  look = 'quiet',
  withAutofill = false,
  fieldsOf,
  className = '',
  ...request
}: PasskeyRequest & {
  label: string
  look?: ButtonLook
  withAutofill?: boolean
  fieldsOf?: { form: string; names: readonly string[] }
  className?: string
}) {
  const [message, setMessage] = useState<string>()
  const [isPending, startTransition] = useTransition()
  const send = (autofill: boolean) => {
    const passkey = { ...request, autofill, current: () => readFields(fieldsOf) }
    startTransition(async () => {
      const prepared = await preparePasskey(passkey)
      if ('ask' in prepared) void answer(prepared.ask)
      else startTransition(() => setMessage(prepared.refusal))
    })
    // Asks outside the transition. React commits none, such as a sign-in with a password, until all that run have ended,
    // and autofill asks for as long as the page is open.
    const answer = async (ask: () => Promise<PasskeyAnswer>) => {
      const { form, refusal } = await ask()
      startTransition(async () => {
        const message = form ? await sendPasskey(passkey, form) : refusal
        startTransition(() => setMessage(message))
      })
    }
  }
  const latest = useRef(send)
  latest.current = send
  useEffect(() => {
    if (!withAutofill) return
    const begin = async () => {
      for (const event of FIRST_EVENTS) document.removeEventListener(event, begin)
      if (await supportsAutofill()) latest.current(true)
    }
    for (const event of FIRST_EVENTS) document.addEventListener(event, begin, { passive: true })
    return () => {
      for (const event of FIRST_EVENTS) document.removeEventListener(event, begin)
    }
  }, [withAutofill])
  return (
    <div className="scripted">
      <Button
        type="button"
        look={look}
        className={className}
        aria-busy={isPending && !withAutofill}
        onClick={() => {
          setMessage(undefined)
          send(false)
        }}
      >
        {label}
      </Button>
      <div aria-live="polite" className={message ? 'py-2' : ''}>
        {message ? <FormMessage tone="danger">{message}</FormMessage> : null}
      </div>
    </div>
  )
}

function readFields(fieldsOf: { form: string; names: readonly string[] } | undefined): Record<string, string> {
  const form = fieldsOf && document.getElementById(fieldsOf.form)
  const typed = form instanceof HTMLFormElement ? new FormData(form) : new FormData()
  return Object.fromEntries((fieldsOf?.names ?? []).flatMap((name) => (typed.has(name) ? [[name, String(typed.get(name))]] : [])))
}

const FIRST_EVENTS = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const
