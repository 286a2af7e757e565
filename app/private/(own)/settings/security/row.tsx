import type { ReactNode } from 'react'

/**
 * A way to sign in, a factor, or a browser, with its actions, which are below it on a phone.
 * @param isPart whether it is one of those that the row above it is about
 */
export function Row({ name, line, isPart = false, children }: { name: string; line: ReactNode; isPart?: boolean; children: ReactNode }) {
  return (
    <li
      className={`flex items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0 max-sm:flex-col max-sm:items-start ${isPart ? 'ml-5' : ''}`}
    >
      <div className="min-w-0">
        <p className="font-medium">{name}</p>
        <p className="text-small text-ink-soft wrap-anywhere">{line}</p>
      </div>
      {children}
    </li>
  )
}
