'use client'

import type { ReactNode } from 'react'
import { useFormParts } from '@/components/ui/form'
import { Glyph } from '@/components/ui/glyph'

/** Wraps the fields of a form that sends an email. After success, the success message replaces them. */
export function UntilSent({ children }: { children: ReactNode }) {
  const { state } = useFormParts()
  if (state.status !== 'success') return children
  return (
    <p role="status" className="flex gap-3 rounded-panel border border-line bg-surface-sunken p-4 wrap-anywhere">
      <Glyph name="mail-check" className="mt-0.5 size-5 text-accent" />
      <span className="min-w-0">{state.message}</span>
    </p>
  )
}
