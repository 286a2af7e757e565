import type { ReactNode } from 'react'
import { Mark } from './arches'

/** What stands where a list would: what would be here, why one would want it, and what to do. */
export function EmptyState({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="relative grid place-items-center overflow-hidden border-y border-line px-4 py-16 text-center">
      <Mark className="absolute bottom-0 -z-10 h-56 text-line" />
      <h2 className="text-heading">{title}</h2>
      <p className="mt-2 mb-6 max-w-[46ch] text-ink-soft">{children}</p>
      {action}
    </div>
  )
}
