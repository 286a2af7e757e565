'use client'

import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Field } from '@/components/ui/field'
import { useFormParts } from '@/components/ui/form'
import { Glyph } from '@/components/ui/glyph'
import * as labels from '@/lib/labels/public'
import type { PasswordContext } from '@/lib/password/strength'

// Loaded with the first character typed, because the rule for new passwords needs large dictionaries. The form works without it.
const PasswordStrength = lazy(() => import('./password-strength').catch(() => ({ default: () => null })))

/** A password field with a show button and, for a new password, a strength estimate. */
export function PasswordField({
  name,
  id = name,
  label = labels.password,
  isNew = false,
  context,
  help,
}: {
  name: string
  id?: string
  label?: string
  isNew?: boolean
  /** for a new password: what it must not contain, if the form has no fields for it */
  context?: PasswordContext
  help?: ReactNode
}) {
  const [isShown, setShown] = useState(false)
  return (
    <Field
      name={name}
      id={id}
      label={label}
      help={help}
      type={isShown ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      autoCapitalize="none"
      spellCheck={false}
      required
      className="pr-12"
      aside={
        <button
          type="button"
          onClick={() => setShown(!isShown)}
          aria-pressed={isShown}
          aria-label={labels.showCharacters}
          className="scripted inline-flex size-11 items-center justify-center rounded-control text-ink-soft hover:text-ink"
        >
          <Glyph name={isShown ? 'eye-off' : 'eye'} />
        </button>
      }
      footer={isNew ? <StrengthLine name={name} context={context} /> : null}
    />
  )
}

function StrengthLine({ name, context }: { name: string; context: PasswordContext | undefined }) {
  const { form, loadSchema } = useFormParts()
  const [schema, setSchema] = useState<ReturnType<typeof loadSchema>>()
  useEffect(() => {
    const start = () => {
      const field = form.current?.elements.namedItem(name)
      if (field instanceof HTMLInputElement && field.value) setSchema((earlier) => earlier ?? loadSchema())
    }
    start() // what was typed before this code arrived
    const element = form.current
    element?.addEventListener('input', start)
    return () => element?.removeEventListener('input', start)
  })
  if (!schema || !form.current) return null
  return (
    <Suspense fallback={null}>
      <PasswordStrength form={form.current} name={name} schema={schema} context={context} />
    </Suspense>
  )
}
