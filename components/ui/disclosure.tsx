'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { closeOn } from '@/components/switcher-keys'
import { Button } from './button'

/**
 * A button that opens a small panel under it, to ask once more before something is gone. It is the browser's own, so it
 * works without JavaScript; with it, Escape and a press elsewhere close it. On a phone the panel is as wide as the
 * nearest ancestor that is positioned. The form in it ends with its outcome, whose place is the panel's lower edge.
 * @param about what it concerns, where the label alone does not say it, such as in a list
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
