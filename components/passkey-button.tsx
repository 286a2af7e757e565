'use client'

import { useEffect, useRef, useState, useTransition } from 'react'
import { type PasskeyRequest, sendPasskey, supportsAutofill } from './passkeys'
import { Button, type ButtonLook } from './ui/button'
import { FormMessage } from './ui/form-message'

/**
 * A button that asks for a passkey. Not shown without JavaScript, which passkeys need.
 * @param withAutofill whether the browser also offers passkeys in the email field, after the first touch of the page
 */
export function PasskeyButton({
  label,
  look = 'quiet',
  withAutofill = false,
  className = '',
  ...request
}: PasskeyRequest & { label: string; look?: ButtonLook; withAutofill?: boolean; className?: string }) {
  const [message, setMessage] = useState<string>()
  const [isPending, startTransition] = useTransition()
  const send = (autofill: boolean) =>
    startTransition(async () => {
      const refusal = await sendPasskey({ ...request, autofill })
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

const FIRST_EVENTS = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const
