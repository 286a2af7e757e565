'use client'

import type { ReactNode } from 'react'
import { Field } from '@/components/ui/field'

/** A form field for an email address. */
export function EmailField({
  label = 'Email',
  autoComplete = 'username',
  help,
}: {
  label?: string
  autoComplete?: string
  help?: ReactNode
}) {
  return (
    <Field
      name="email"
      label={label}
      help={help}
      type="email"
      autoComplete={autoComplete}
      inputMode="email"
      autoCapitalize="none"
      spellCheck={false}
      required
    />
  )
}
