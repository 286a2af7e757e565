import type { ReactNode } from 'react'

/** One row above a list: its search, filters, and order. Wraps on narrow screens. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-end gap-x-4 gap-y-2 pb-3">{children}</div>
}
