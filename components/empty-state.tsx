import type { ReactNode } from 'react'
import { Mark } from './arches'

/** Shown in place of an empty list: what belongs here and what to do next. */
export function EmptyState({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid place-items-center border-y border-line px-4 py-12 text-center">
      <Mark className="mb-4 h-14 text-line-strong" />
      <h2 className="text-heading">{title}</h2>
      <p className="mt-2 max-w-[46ch] text-ink-soft">{children}</p>
      {action ? <div className="pt-6">{action}</div> : null}
    </div>
  )
}
