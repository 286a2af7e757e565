'use client'

import type { ReactNode } from 'react'
import { Button, type ButtonLook } from './ui/button'

/**
 * A button that opens a small panel in its place, such as to ask once more before something is gone. It is the browser's
 * own, so it works without JavaScript; with it, Escape closes.
 * @param about what it concerns, where the label alone does not say it, such as in a list
 */
export function Disclosure({
  label,
  about,
  look = 'danger',
  children,
}: {
  label: string
  about?: string
  look?: ButtonLook
  children: ReactNode
}) {
  return (
    <details
      className="group/disclosure min-w-0 max-w-full open:basis-full"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return
        event.currentTarget.open = false
        event.currentTarget.querySelector('summary')?.focus()
      }}
    >
      <Button asChild look={look} className="group-open/disclosure:mb-3">
        <summary aria-label={about ? `${label} ${about}` : undefined} className="list-none [&::-webkit-details-marker]:hidden">
          {label}
        </summary>
      </Button>
      {children}
    </details>
  )
}
