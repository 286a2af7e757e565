import { CircleAlert, CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'

/** A message about a whole form: an error with its remedy, or a success. */
export function FormMessage({ tone, children }: { tone: 'danger' | 'success'; children: ReactNode }) {
  const Icon = tone === 'danger' ? CircleAlert : CircleCheck
  return (
    <p
      role={tone === 'danger' ? 'alert' : 'status'}
      className={`appearing flex gap-2 text-body ${tone === 'danger' ? 'text-danger' : 'text-accent'}`}
    >
      <Icon className="mt-1 size-4 shrink-0" aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}
