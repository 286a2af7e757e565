'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { createContext, type ReactNode, startTransition, useActionState, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { toast } from 'sonner'
import type { z } from 'zod'
import { defaultMessage, type FormAction, type FormState, IDLE, RECENT_AUTH_FIELD } from '@/lib/form'
import { sentence } from '@/lib/messages'
import { FormMessage } from './form-message'

type FormParts = {
  form: UseFormReturn
  schema: z.ZodObject
  state: FormState
  isPending: boolean
  firstWrong: string | undefined
  /** what was sent and is shown again */
  kept: Partial<Record<string, string>>
}

const FormContext = createContext<FormParts | null>(null)

/** @returns what the parts of a form need: its fields, message, and button */
export function useFormParts(): FormParts {
  const parts = useContext(FormContext)
  if (!parts) throw new Error('useFormParts must be used inside a Form')
  return parts
}

/**
 * A form for a server action. Without JavaScript it posts, and the page returns with the errors, or redirects. With it, the
 * same schema also validates in the browser, and the page keeps what was typed. Use it through `formFor`, which types the names.
 * @param values the fields' initial values
 * @param hidden hidden fields
 * @param clears whether a success resets the form, for creating one thing after another
 * @param onSend called with what is sent, in the same transition, for an optimistic update
 */
export function Form({
  action,
  schema,
  values = {},
  hidden = {},
  clears = false,
  onSend,
  children,
  className = '',
}: {
  action: FormAction<string>
  schema: z.ZodObject
  values?: Partial<Record<string, string>>
  hidden?: Partial<Record<string, string>>
  clears?: boolean
  onSend?: (form: FormData) => void
  children: ReactNode
  className?: string
}) {
  const element = useRef<HTMLFormElement>(null)
  const [state, dispatch, isPending] = useActionState(useToast(action), IDLE)
  const errors = useMemo(() => toFormErrors(state), [state])
  const form = useForm({
    resolver: zodResolver(schema, { error: defaultMessage }),
    defaultValues: { ...values, ...hidden },
    errors,
    mode: 'onTouched',
    shouldFocusError: true,
  })
  const firstWrong = firstWrongField(state, Object.keys(schema.shape))
  const kept = state.status === 'idle' || (state.status === 'success' && clears) ? {} : state.values

  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer moves the focus, also when it names the same field again
  useEffect(() => {
    if (firstWrong) form.setFocus(firstWrong)
  }, [state, firstWrong, form])
  useEffect(() => {
    if (state.status === 'success' && clears) form.reset()
  }, [state, clears, form])

  const submit = form.handleSubmit(() => {
    const filled = element.current
    if (!filled) return
    const sent = new FormData(filled)
    startTransition(() => {
      onSend?.(sent)
      dispatch(sent)
    })
  })

  return (
    <FormContext value={{ form, schema, state, isPending, firstWrong, kept }}>
      <form
        ref={element}
        action={dispatch}
        noValidate // the messages are ours
        className={className}
        onSubmit={(event) => {
          if (!isPending) return void submit(event)
          event.preventDefault() // a second click
        }}
      >
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
      </form>
    </FormContext>
  )
}

/**
 * The same action, with a toast for its success. The toast does not depend on the form, which may have been removed, such
 * as with a deleted row. Until hydration the action is unchanged, so that the form can post without JavaScript.
 */
function useToast(action: FormAction<string>): FormAction<string> {
  const [isHydrated, setHydrated] = useState(false)
  useEffect(() => setHydrated(true), [])
  return useMemo(() => (isHydrated ? (state, form) => action(state, form).then(withToast) : action), [action, isHydrated])
}

function withToast(state: FormState): FormState {
  if (state.status === 'success') toast.success(sentence(state.message))
  return state
}

/** The message of the whole form, under its button. It keeps its height when empty, unless `isInRow`. */
export function FormOutcome({ isInRow = false }: { isInRow?: boolean }) {
  const { state, isPending } = useFormParts()
  const message = isPending || state.status === 'idle' ? undefined : state.message
  return (
    <div className={isInRow ? '' : 'min-h-8 pt-2'}>
      {message ? <FormMessage tone={state.status === 'error' ? 'danger' : 'success'}>{sentence(message)}</FormMessage> : null}
    </div>
  )
}

function toFormErrors(state: FormState) {
  if (state.status !== 'error') return {}
  return Object.fromEntries(Object.entries(state.fieldErrors).map(([name, message]) => [name, { type: 'server', message }]))
}

function firstWrongField(state: FormState, order: string[]): string | undefined {
  if (state.status !== 'error') return undefined
  const wrong = [...order, RECENT_AUTH_FIELD].find((name) => name in state.fieldErrors)
  return wrong ?? (state.proof && !state.message ? RECENT_AUTH_FIELD : undefined) // the password field has just appeared
}
