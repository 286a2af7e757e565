'use client'

import { type FocusEvent, type FormEvent, type RefObject, useCallback, useRef, useState } from 'react'
import type { z } from 'zod'
import type { FormState } from '@/lib/form'
import type { Validator } from './form-validator'

/** A form's schema, which the server uses too, or what loads it. A page that has the schema itself also loads zod. */
export type FormSchema<S extends z.ZodObject = z.ZodObject> = S | (() => Promise<S>)

type FieldErrors = Partial<Record<string, string>>

/**
 * The errors of a form's fields: those in the server's answer, until the field is edited, and those that the browser finds. The
 * code that finds them loads when the user first enters the form.
 */
export function useValidation(form: RefObject<HTMLFormElement | null>, schema: FormSchema | undefined, state: FormState) {
  const [found, setFound] = useState<FieldErrors>({})
  const [edited, setEdited] = useState<{ state: FormState; names: string[] }>({ state, names: [] })
  const validator = useRef<Validator>(null)
  const isLoading = useRef(false)
  const loaded = useRef<Promise<z.ZodObject | undefined>>(undefined)
  const left = useRef(new Set<Element>()) // before the code arrived

  const answered: FieldErrors = state.status === 'error' ? state.fieldErrors : {}
  const names = edited.state === state ? edited.names : []
  const errors = { ...Object.fromEntries(Object.entries(answered).filter(([name]) => !names.includes(name))), ...found }

  const retryLater = () => {
    loaded.current = undefined
    return undefined
  }
  const loadSchema = () => {
    loaded.current ??= typeof schema === 'function' ? schema().catch(retryLater) : Promise.resolve(schema)
    return loaded.current
  }
  const start = async () => {
    if (!schema || isLoading.current) return
    isLoading.current = true
    const [code, loadedSchema] = await Promise.all([import('./form-validator').catch(() => undefined), loadSchema()])
    if (code && loadedSchema && form.current) {
      validator.current = code.createValidator(form.current, loadedSchema, { onErrors: setFound, left: left.current })
    } else {
      isLoading.current = false // until it loads, only the server validates
    }
  }
  const reset = useCallback(() => {
    form.current?.reset()
    validator.current?.reset()
  }, [form])

  return {
    errors,
    /** Resolves to undefined if the schema cannot be loaded. */
    loadSchema,
    reset,
    /** Calls `send` if the browser finds no error, or cannot tell yet. */
    submit: (send: () => void) => (validator.current ? validator.current.submit(send) : send()),
    handlers: {
      onFocus: () => void start(),
      onBlur: ({ target }: FocusEvent<HTMLFormElement>) => void left.current.add(target),
      onInput: ({ target }: FormEvent<HTMLFormElement>) => {
        const name = (target as HTMLInputElement).name
        if (name in answered && !names.includes(name)) setEdited({ state, names: [...names, name] })
      },
    },
  }
}
