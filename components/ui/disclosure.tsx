'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from './button'

/**
 * A button that opens a confirmation panel below it. A `<details>` element, so that it works without JavaScript; with it,
 * Escape or a click outside closes the panel. On small screens the panel fills the nearest positioned ancestor.
 * @param about what the panel is about, for screen readers, if the label alone does not say it
 */
export function Disclosure({ label, about, children }: { label: string; about: string; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => (details.current ? closeOn(details.current) : undefined), [])
  return (
    <details
      ref={details}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape' || !currentTarget.open) return
        currentTarget.open = false
        currentTarget.querySelector('summary')?.focus()
      }}
    >
      <Button asChild look="danger">
        <summary aria-label={`${label} ${about}`} className="list-none [&::-webkit-details-marker]:hidden">
          {label}
        </summary>
      </Button>
      <div className="absolute inset-x-0 z-10 mt-2 rounded-panel border border-line bg-surface-raised px-4 pt-4 shadow-float sm:inset-x-auto sm:w-[360px]">
        {children}
      </div>
    </details>
  )
}

/** Closes a `<details>` element when the user clicks or focuses something outside it. @returns a function that removes the listeners */
function closeOn(details: HTMLDetailsElement): () => void {
  const close = ({ target }: Event) => {
    if (target instanceof Node && !details.contains(target)) details.open = false
  }
  document.addEventListener('pointerdown', close)
  document.addEventListener('focusin', close)
  return () => {
    document.removeEventListener('pointerdown', close)
    document.removeEventListener('focusin', close)
  }
}
