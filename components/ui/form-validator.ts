'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { createFormControl } from 'react-hook-form'
import type { z } from 'zod'
import { sentence } from '@/lib/messages'
import { defaultMessage } from '@/lib/validation'

export type Validator = {
  /** Calls `send` if every field is valid; otherwise reports all errors and focuses the first wrong field. */
  submit: (send: () => void) => void
  reset: () => void
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/**
 * Validates a form's fields with react-hook-form: when the user leaves one, and from then on as they type. It takes over a
 * form that is already in use, with what was typed.
 * @param left elements that the user has left before
 */
export function createValidator(
  form: HTMLFormElement,
  schema: z.ZodObject,
  { onErrors, left }: { onErrors: (errors: Record<string, string>) => void; left: ReadonlySet<Element> },
): Validator {
  const control = createFormControl({
    resolver: zodResolver(schema, { error: defaultMessage }),
    mode: 'onTouched',
  })
  control.subscribe({
    formState: { errors: true },
    callback: ({ errors = {} }) => {
      const entries = Object.entries(errors).flatMap(([name, error]) =>
        typeof error?.message === 'string' ? [[name, sentence(error.message)]] : [],
      )
      onErrors(Object.fromEntries(entries))
    },
  })

  /** Registers a field, again if it is a new element. */
  const adopt = (element: EventTarget | null) => {
    if (!isControl(element)) return undefined
    const field = control.register(element.name)
    field.ref(element)
    return field
  }
  /** Registers all fields, and reads what was filled in without an event, such as by a browser extension. */
  const adoptAll = () => {
    for (const element of [...form.elements].filter(isControl)) {
      adopt(element)
      const value = element.type === 'checkbox' ? (element as HTMLInputElement).checked : element.value
      if (element.type !== 'radio' && control.getValues(element.name) !== value) control.setValue(element.name, value)
    }
  }

  adoptAll()
  form.addEventListener('input', (event) => void adopt(event.target)?.onChange(event))
  form.addEventListener('focusout', (event) => void adopt(event.target)?.onBlur(event))
  for (const target of left) void adopt(target)?.onBlur({ type: 'blur', target })
  return {
    submit: (send) => {
      adoptAll()
      void control.handleSubmit(send)()
    },
    reset: () => control.reset(),
  }
}

function isControl(element: unknown): element is Control {
  const isField = element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement
  return isField && element.name !== ''
}
