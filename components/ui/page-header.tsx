import type { ReactNode } from 'react'

/** The header of a private page: title, one line of description, and the main action. */
export function PageHeader({ title, line, badge, action }: { title: string; line?: ReactNode; badge?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4 pb-6">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="text-title">{title}</h1>
          {badge}
        </div>
        {line ? <p className="mt-2 max-w-[65ch] text-ink-soft">{line}</p> : null}
      </div>
      {action}
    </div>
  )
}
