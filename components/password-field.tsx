'use client'

import { Eye, EyeOff } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useWatch } from 'react-hook-form'
import type { z } from 'zod'
import { Field } from '@/components/ui/field'
import { useFormParts } from '@/components/ui/form'
import type { PasswordContext } from '@/lib/password/strength'

// Loaded with the first character typed, because the rule for new passwords needs large dictionaries.
const PasswordStrength = lazy(() => import('./password-strength'))

/** A password field with a show button and, for a new password, a strength estimate. */
export function PasswordField({
  name,
  id = name,
  label = 'Password',
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
  const Icon = isShown ? EyeOff : Eye
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
          aria-label="Show characters"
          className="scripted inline-flex size-11 items-center justify-center rounded-control text-ink-soft hover:text-ink"
        >
          <Icon className="size-4" aria-hidden="true" />
        </button>
      }
      footer={isNew ? <StrengthLine name={name} context={context} /> : null}
    />
  )
}

function StrengthLine({ name, context }: { name: string; context: PasswordContext | undefined }) {
  const { form, schema } = useFormParts()
  const watched = useWatch({ control: form.control, name: [name, 'email', 'accountName', 'name'] })
  const [password = '', email, accountName, ownName] = watched
  const known = useMemo(
    () => ({
      ...context,
      ...(email !== undefined && { email }),
      ...(accountName !== undefined && { accountNames: [accountName] }),
      ...(ownName !== undefined && { name: ownName }),
    }),
    [context, email, accountName, ownName],
  )
  if (!password) return null
  return (
    <Suspense fallback={null}>
      <PasswordStrength password={password} rules={schema.shape[name] as z.ZodType | undefined} context={known} />
    </Suspense>
  )
}
