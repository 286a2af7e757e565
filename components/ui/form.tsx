'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { unstable_rethrow } from 'next/navigation'
import { createContext, type ReactNode, startTransition, useActionState, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import type { z } from 'zod'
import { defaultMessage, type FormAction, type FormState, IDLE, RECENT_AUTH_FIELD } from '@/lib/form'
import { type Message, sentence } from '@/lib/messages'
import { FormMessage } from './form-message'
import { loadToasts, showToast } from './toast'

type FormParts = {
  form: UseFormReturn
  schema: z.ZodObject
  state: FormState
  isPending: boolean
  /** the message of a success that this form shows itself; undefined once the user sends the form again */
  success: Message | undefined
  firstWrong: string | undefined
  /** what was sent and is shown again */
  kept: Partial<Record<string, string>>
}

/** The action that undoes what a form did, such as restoring what it archived, and the fields that it is sent. */
export type Undo = { action: FormAction<string>; fields: Record<string, string> }

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
 * @param id for a button outside the form, such as in a menu
 * @param values the fields' initial values
 * @param hidden hidden fields
 * @param clears whether a success resets the form, for creating one thing after another
 * @param successIn where a success is announced, once: in a toast, which outlives the form, or inside a form that stays
 * @param undo makes the toast offer "Undo"
 * @param onSend called with what is sent, in the same transition, for an optimistic update
 */
export function Form({
  id,
  action,
  schema,
  values = {},
  hidden = {},
  clears = false,
  successIn = 'toast',
  undo,
  onSend,
  children,
  className = '',
}: {
  id?: string
  action: FormAction<string>
  schema: z.ZodObject
  values?: Partial<Record<string, string>>
  hidden?: Partial<Record<string, string>>
  clears?: boolean
  successIn?: 'toast' | 'form'
  undo?: Undo
  onSend?: (form: FormData) => void
  children: ReactNode
  className?: string
}) {
  const element = useRef<HTMLFormElement>(null)
  const [state, dispatch, isPending] = useActionState(useToast(action, successIn === 'toast', undo), IDLE)
  const [clearedState, clear] = useState<FormState>()
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

  const success = state.status === 'success' && state !== clearedState && successIn === 'form' && !isPending ? state.message : undefined
  return (
    <FormContext value={{ form, schema, state, isPending, success, firstWrong, kept }}>
      <form
        ref={element}
        id={id}
        action={dispatch}
        noValidate // the messages are ours
        className={className}
        onSubmit={(event) => {
          clear(state)
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
function useToast(action: FormAction<string>, isOn: boolean, undo: Undo | undefined): FormAction<string> {
  const [isHydrated, setHydrated] = useState(false)
  useEffect(() => setHydrated(true), [])
  if (!isHydrated || !isOn) return action
  return async (state, form) => {
    loadToasts().catch(() => undefined) // while the action runs
    const result = await action(state, form)
    if (result.status === 'success') void showToast({ tone: 'success', text: sentence(result.message), ...offerUndo(undo) })
    return result
  }
}

/** Builds the toast's "Undo", which also says how it went. */
/** Builds the button of a toast that takes the change back, and then says so. */
export function offerUndo(undo: Undo | undefined) {
  if (!undo) return {}
  const run = () =>
    startTransition(async () => {
      const form = new FormData()
      for (const [name, value] of Object.entries(undo.fields)) form.set(name, value)
      const result = await undo.action(IDLE, form).catch((error: unknown) => {
        unstable_rethrow(error) // a redirect, such as to sign in
        return IDLE
      })
      if (result.status === 'success') return showToast({ tone: 'success', text: sentence(result.message) })
      const message = result.status === 'error' ? (result.message ?? Object.values(result.fieldErrors)[0]) : undefined
      return showToast({ tone: 'error', text: sentence(message ?? 'undo-failed') })
    })
  return { act: { label: 'Undo', run } }
}

/** The message of the whole form, under its button. It keeps its height when empty, unless `isInRow`. */
export function FormOutcome({ isInRow = false }: { isInRow?: boolean }) {
  const { state, isPending, success } = useFormParts()
  const error = !isPending && state.status === 'error' ? state.message : undefined
  const message = error ?? success
  return (
    <div className={isInRow ? '' : 'min-h-8 pt-2'}>
      {message ? <FormMessage tone={error ? 'danger' : 'success'}>{sentence(message)}</FormMessage> : null}
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
