import type { ReactNode } from 'react'

/** A way to sign in, a factor, or a browser, with its actions. */
export function Row({ name, line, badge, children }: { name: string; line: ReactNode; badge?: ReactNode; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0">
        <p className="flex items-center gap-2 font-medium">
          {name}
          {badge}
        </p>
        <p className="text-small text-ink-soft wrap-anywhere">{line}</p>
      </div>
      {children}
    </li>
  )
}
