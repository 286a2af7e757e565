'use client'

import { type FormEvent, type ReactNode, useActionState, useEffect, useEffectEvent, useRef } from 'react'
import { type FormAction, IDLE } from '@/lib/form'
import { FormMessage } from './form-message'
import { offerUndo, withRequest } from './form-request'
import { Progress } from './progress'
import { showToast } from './toast'

/** A list has no field for the password, so another page asks for it. */
const ENTER_PASSWORD = 'This account requires your password again.'

/**
 * One form around a whole list, for an action on one of its rows: each row has a submit button with the name `id` and the row's
 * id. It shows the success as a toast with Undo, and moves the focus to the next row when the row leaves.
 * @param undo the action that reverses `action`, for the same id
 */
export function ListForm({ action, undo, children }: { action: FormAction<'id'>; undo: FormAction<'id'>; children: ReactNode }) {
  const [state, dispatch, isPending] = useActionState(withRequest({ action, successIn: 'form' }), IDLE)
  const neighbor = useRef<Element | null>(null)
  const onSuccess = useEffectEvent((message: string, id = '') => {
    void showToast({ tone: 'success', text: message, ...offerUndo({ action: undo, fields: { id } }) })
    if (document.activeElement === document.body) focusIn(neighbor.current)
  })
  useEffect(() => {
    if (state.status === 'success') onSuccess(state.message, state.values.id)
  }, [state])

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    if (isPending) return event.preventDefault() // a second click
    const button = (event.nativeEvent as SubmitEvent).submitter
    const row = button?.closest('tr, li')
    neighbor.current = row?.nextElementSibling ?? row?.previousElementSibling ?? null
    button?.closest<HTMLElement>('[popover]')?.hidePopover()
  }

  return (
    <form action={dispatch} onSubmit={onSubmit} aria-busy={isPending}>
      {state.status === 'error' && (state.message || state.verify) ? (
        <FormMessage tone="danger" verify={state.verify}>
          {state.message ?? ENTER_PASSWORD}
        </FormMessage>
      ) : null}
      <Progress isPending={isPending} />
      {children}
    </form>
  )
}

/** Moves the focus to a row that is still there, or to the heading of the page. */
function focusIn(row: Element | null): void {
  const target = row?.isConnected ? row.querySelector<HTMLElement>('a, button') : document.querySelector<HTMLElement>('h1')
  if (target?.tagName === 'H1') target.tabIndex = -1
  target?.focus()
}
