'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { createContext, type ReactNode, startTransition, useActionState, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { toast } from 'sonner'
import type { z } from 'zod'
import { type FormState, IDLE, RECENT_AUTH_FIELD } from '@/lib/form'
import { FormMessage } from './form-message'

type FormParts = {
  form: UseFormReturn
  schema: z.ZodObject
  state: FormState
  isPending: boolean
  firstWrong: string | undefined
  /** what was sent and is to be shown again */
  kept: Record<string, string>
}

const FormContext = createContext<FormParts | null>(null)

/** For the parts of a form: its fields, its message, its button. */
export function useFormParts(): FormParts {
  const parts = useContext(FormContext)
  if (!parts) throw new Error('This belongs inside a Form')
  return parts
}

/**
 * A form over a server action. Without JavaScript it posts, and the page comes back with what the action says; with it,
 * the same schema also judges in the browser, and nothing typed is lost.
 * @param values what the fields hold at first
 * @param clears whether it is as at first again once it is done, for making one after another
 * @param onSend called with what is sent, in the same transition: for showing at once what is about to be true
 */
export function Form({
  action,
  schema,
  values = {},
  clears = false,
  onSend,
  children,
  className = '',
}: {
  action: Action
  schema: z.ZodObject
  values?: Record<string, string>
  clears?: boolean
  onSend?: (form: FormData) => void
  children: ReactNode
  className?: string
}) {
  const element = useRef<HTMLFormElement>(null)
  const [state, dispatch, isPending] = useActionState(useToast(action), IDLE)
  const errors = useMemo(() => toFormErrors(state), [state])
  const form = useForm({ resolver: zodResolver(schema), defaultValues: values, errors, mode: 'onTouched', shouldFocusError: true })
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
        noValidate // the browser's own bubbles would say other words than ours
        className={className}
        onSubmit={(event) => {
          if (!isPending) return void submit(event)
          event.preventDefault() // pressed twice
        }}
      >
        {children}
      </form>
    </FormContext>
  )
}

type Action = (state: FormState, form: FormData) => Promise<FormState>

/**
 * The same action, which says that it is done. It says so itself, for the form may be gone by then: with the row that it
 * has taken out of a list, say. Until scripts run it stays as it is, so that the form can post without them, and so that
 * what came of such a post is still there when they begin.
 */
function useToast(action: Action): Action {
  const [isAwake, setAwake] = useState(false)
  useEffect(() => setAwake(true), [])
  return useMemo(() => (isAwake ? (state, form) => action(state, form).then(withToast) : action), [action, isAwake])
}

function withToast(state: FormState): FormState {
  if (state.status === 'success') toast.success(state.message)
  return state
}

/**
 * The place for what concerns the whole form, under its button. It keeps its height when empty, so that nothing jumps; in
 * a row of a list, where there is no room to keep, `isInRow` leaves it out.
 */
export function FormOutcome({ isInRow = false }: { isInRow?: boolean }) {
  const { state, isPending } = useFormParts()
  const isShown = !isPending && state.status !== 'idle' && state.message
  return (
    <div className={isInRow ? '' : 'min-h-8 pt-2'} data-outcome={isShown ? '' : undefined}>
      {isShown ? <FormMessage tone={state.status === 'error' ? 'danger' : 'success'}>{state.message}</FormMessage> : null}
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
  return wrong ?? (state.proof && !state.message ? RECENT_AUTH_FIELD : undefined) // asked for, it is the next to be filled in
}
