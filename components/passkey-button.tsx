'use client'

import { useEffect, useRef, useState, useTransition } from 'react'
import { type PasskeyRequest, sendPasskey, supportsAutofill } from './passkeys'
import { Button, type ButtonLook } from './ui/button'
import { FormMessage } from './ui/form-message'

/**
 * A button that asks for a passkey. Not shown without JavaScript, which passkeys need.
 * @param fieldsOf the id of a form, and the fields of it that are sent along
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
  const send = (autofill: boolean) =>
    startTransition(async () => {
      const refusal = await sendPasskey({ ...request, autofill, current: () => readFields(fieldsOf) })
      startTransition(() => setMessage(refusal))
    })
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
      <div aria-live="polite">{message ? <FormMessage tone="danger">{message}</FormMessage> : null}</div>
    </div>
  )
}

function readFields(fieldsOf: { form: string; names: readonly string[] } | undefined): Record<string, string> {
  const form = fieldsOf && document.getElementById(fieldsOf.form)
  const typed = form instanceof HTMLFormElement ? new FormData(form) : new FormData()
  return Object.fromEntries((fieldsOf?.names ?? []).flatMap((name) => (typed.has(name) ? [[name, String(typed.get(name))]] : [])))
}

const FIRST_EVENTS = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const
