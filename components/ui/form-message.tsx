import type { ReactNode } from 'react'
import { Glyph } from './glyph'

/** A message about a whole form: an error with its remedy, or a success. */
export function FormMessage({ tone, children }: { tone: 'danger' | 'success'; children: ReactNode }) {
  return (
    <p
      role={tone === 'danger' ? 'alert' : 'status'}
      className={`appearing flex gap-2 text-body ${tone === 'danger' ? 'text-danger' : 'text-accent'}`}
    >
      <Glyph name={tone === 'danger' ? 'alert' : 'check'} className="mt-1" />
      <span>{children}</span>
    </p>
  )
}
