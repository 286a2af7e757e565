'use client'

import type { ReactNode } from 'react'
import { Field } from '@/components/ui/field'
import * as labels from '@/lib/labels/public'

/** A form field for an email address. */
export function EmailField({
  name,
  label = labels.email,
  autoComplete = 'username',
  help,
}: {
  name: string
  label?: string
  autoComplete?: string
  help?: ReactNode
}) {
  return (
    <Field
      name={name}
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
