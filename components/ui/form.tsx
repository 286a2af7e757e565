'use client'

import {
  createContext,
  type ReactNode,
  type RefObject,
  startTransition,
  useActionState,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react'
import { type FormAction, type FormState, IDLE, RECENT_AUTH_FIELD } from '@/lib/form'
import * as labels from '@/lib/labels/common'
import { FormMessage } from './form-message'
import { type Undo, withRequest } from './form-request'
import { type FormSchema, useValidation } from './form-validation'

type FormParts = {
  form: RefObject<HTMLFormElement | null>
  loadSchema: ReturnType<typeof useValidation>['loadSchema']
  state: FormState
  isPending: boolean
  /** whether the user has sent the form again, so that what `state` says is outdated */
  isOutdated: boolean
  /** the errors of the fields, from the server and from the browser */
  errors: Partial<Record<string, string>>
  /** the message of a success that this form shows itself */
  success: string | undefined
  firstWrong: string | undefined
  /** the values to start with: what was sent and is shown again, or the initial ones */
  values: Partial<Record<string, string>>
  /** what the server read, in which a box that was not checked is missing; undefined until it has answered */
  sent: Partial<Record<string, string>> | undefined
  beforeSubmit: ReactNode
}

const FormContext = createContext<FormParts | null>(null)

/** @returns what the parts of a form need: its fields, message, and button */
export function useFormParts(): FormParts {
  const parts = useContext(FormContext)
  if (!parts) throw new Error('useFormParts must be used inside a Form')
  return parts
}

type FormProps = {
  id?: string
  action: FormAction<string>
  initial?: FormState
  schema?: FormSchema | undefined
  values?: Partial<Record<string, string>>
  hidden?: Partial<Record<string, string>>
  clears?: boolean
  successIn?: 'toast' | 'form'
  undo?: Undo
  onSend?: (form: FormData) => void
  onSuccess?: (() => void) | undefined
  beforeSubmit?: ReactNode
  children: ReactNode
  className?: string
}

/**
 * A form for a server action, typed by `formFor`. Without JavaScript it posts, and the page returns with the errors or
 * redirects. With it, the page keeps what was typed, even when the request fails. The schema also validates in the browser, once
 * its code has loaded.
 * @param id for a button outside the form, such as in a menu
 * @param initial the state to start with, if the form was sent before
 * @param schema unnecessary for a form without fields; a function loads it when it is needed
 * @param values the fields' initial values
 * @param hidden hidden fields
 * @param clears whether a success resets the form, for creating one thing after another
 * @param successIn where a success is announced, once: in a toast, which outlives the form, or inside a form that stays
 * @param undo makes the toast offer "Undo"
 * @param onSend called with what is sent, in the same transition, for an optimistic update
 * @param beforeSubmit shown above each submit button, such as a field that the action asks for
 * @param onSuccess called after a success that stays on the page, such as to close the form's dialog
 */
export function Form(props: FormProps) {
  const { action, initial = IDLE, schema, values = {}, hidden = {}, clears = false, successIn = 'toast', undo, onSend, onSuccess } = props
  const form = useRef<HTMLFormElement>(null)
  const [state, dispatch, isPending] = useActionState(withRequest({ action, successIn, undo, onSuccess }), initial)
  const [sentAgain, setSentAgain] = useState<FormState>()
  const validation = useValidation(form, schema, state)
  const { errors, reset } = validation
  const firstWrong = firstWrongField(state)
  const isOutdated = isPending || state === sentAgain

  useEffect(() => focusWrongField(form.current, state), [state])
  useEffect(() => {
    if (state.status === 'success' && clears) reset()
  }, [state, clears, reset])

  const send = () => {
    if (!form.current) return
    const sent = new FormData(form.current)
    startTransition(() => {
      onSend?.(sent)
      dispatch(sent)
    })
  }
  const sent = sentIn(state, clears)
  const parts: FormParts = {
    form,
    loadSchema: validation.loadSchema,
    state,
    isPending,
    isOutdated,
    errors,
    success: state.status === 'success' && successIn === 'form' && !isOutdated ? state.message : undefined,
    firstWrong,
    values: sent ? { ...values, ...sent } : values,
    sent,
    beforeSubmit: props.beforeSubmit,
  }
  return (
    <FormContext value={parts}>
      <form
        ref={form}
        id={props.id}
        action={dispatch}
        noValidate // the messages are ours
        className={props.className ?? ''}
        {...validation.handlers}
        onSubmit={(event) => {
          event.preventDefault() // React would clear the fields
          if (isPending) return // a second click
          setSentAgain(state)
          validation.submit(send)
        }}
      >
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {props.children}
      </form>
    </FormContext>
  )
}

/**
 * The message of the whole form, under its button. It keeps its height when empty, unless `isInRow`, and while the form is sent
 * again, so that nothing moves.
 */
export function FormOutcome({ isInRow = false }: { isInRow?: boolean }) {
  const { state, isOutdated, success } = useFormParts()
  const error = state.status === 'error' ? state.message : undefined
  const failures = state.status === 'error' ? state.failures : undefined
  const message = error ?? success
  return (
    <div className={`${isInRow ? '' : 'min-h-8 pt-2'} ${isOutdated && !failures ? 'invisible' : ''}`}>
      {message ? (
        <FormMessage tone={error ? 'danger' : 'success'} verify={state.status === 'error' ? state.verify : undefined}>
          {/* a new element is announced again when a request fails twice for the same reason */}
          <span key={failures}>{message}</span>
          {failures ? (
            <>
              {' '}
              <button type="submit" className="scripted font-medium underline underline-offset-4">
                {labels.tryAgain}
              </button>
            </>
          ) : null}
        </FormMessage>
      ) : null}
    </div>
  )
}

/** Returns the values to show again. A first request that failed has none, and a success can clear the form. */
function sentIn(state: FormState, clears: boolean): FormParts['sent'] {
  if (state.status === 'idle' || (state.status === 'success' && clears)) return undefined
  const isUnread = state.status === 'error' && state.failures && Object.keys(state.values).length === 0
  return isUnread ? undefined : state.values
}

/** Without JavaScript, the returned page itself focuses this field. The server lists errors in the order of the fields. */
function firstWrongField(state: FormState): string | undefined {
  if (state.status !== 'error') return undefined
  return Object.keys(state.fieldErrors)[0] ?? (state.proof && !state.message ? RECENT_AUTH_FIELD : undefined)
}

/** Each answer moves the focus, even if it names the same field again or the password field has just appeared. */
function focusWrongField(form: HTMLFormElement | null, state: FormState): void {
  const first = firstWrongField(state)
  if (!form || !first) return
  const wrong = form.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.elements.namedItem(first)
  if (wrong instanceof HTMLElement) wrong.focus()
}
