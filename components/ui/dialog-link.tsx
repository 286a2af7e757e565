'use client'

import type { Route } from 'next'
import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react'
import { Anchor } from '@/components/ui/anchor'
import { Button, type ButtonLook } from './button'

/**
 * A link to a page with one form. With JavaScript, it opens the form in a dialog instead. The content is rendered when the
 * dialog first opens, so that a form loaded with `lazy` costs nothing before.
 * @param title the heading of the dialog
 * @param children returns the content; `close` closes the dialog, such as after a success
 */
export function DialogLink({
  href,
  label,
  title,
  look = 'main',
  children,
}: {
  href: Route
  label: ReactNode
  title: string
  look?: ButtonLook
  children: (close: () => void) => ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const titleId = useId()
  useEffect(() => {
    if (!isOpen) return
    dialog.current?.showModal()
    focusFirstField()
  }, [isOpen])
  const close = () => dialog.current?.close()
  return (
    <>
      <Button asChild look={look}>
        <Anchor
          href={href}
          aria-haspopup="dialog"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return // opens a tab
            event.preventDefault()
            setOpen(true)
          }}
        >
          {label}
        </Anchor>
      </Button>
      {isOpen ? (
        <dialog
          ref={dialog}
          aria-labelledby={titleId}
          onClose={() => setOpen(false)}
          className="m-auto w-[min(32rem,calc(100vw-2rem))] rounded-panel border border-line bg-surface-raised p-0 text-ink shadow-float backdrop-dim"
        >
          <div className="flex items-center justify-between gap-4 px-5 pt-4">
            <h2 id={titleId} className="text-heading">
              {title}
            </h2>
            <button
              type="button"
              onClick={close}
              aria-label="Close"
              className="-mr-2 inline-flex size-control items-center justify-center rounded-control text-ink-soft hover:bg-surface-sunken hover:text-ink"
            >
              <span className="icon-x" />
            </button>
          </div>
          <div className="px-5 pt-3 pb-2">
            <Suspense fallback={<p className="py-6 text-ink-soft">Loading…</p>}>
              {children(close)}
              <FocusFirstField />
            </Suspense>
          </div>
        </dialog>
      ) : null}
    </>
  )
}

/** Moves the focus to the first field of a form that has loaded after its dialog opened. */
function FocusFirstField() {
  useEffect(focusFirstField, [])
  return null
}

function focusFirstField(): void {
  document.querySelector<HTMLElement>('dialog[open] :is(input:not([type="hidden"]), textarea, select)')?.focus()
}
