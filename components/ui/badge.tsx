import type { ReactNode } from 'react'

/** A small label, such as a role. */
export function Badge({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex h-6 shrink-0 items-center rounded-control border border-line bg-surface-sunken px-2 text-small text-ink-soft">
      {children}
    </span>
  )
}
