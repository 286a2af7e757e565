'use client'

import type { ReactNode } from 'react'
import { RecentAuthField } from '@/components/recent-auth-field'
import { Button, type ButtonLook } from './button'
import { useFormParts } from './form'

/**
 * A form's submit button. While the form is pending, a spinner takes the place of its text, without changing its size. If the action asks for
 * the password again, the field for it appears above the button.
 */
export function SubmitButton({
  children,
  look = 'main',
  label,
  className = '',
}: {
  children: ReactNode
  look?: ButtonLook
  /** accessible name, if the text alone is ambiguous, such as in a list */
  label?: string
  className?: string
}) {
  const { isPending } = useFormParts()
  return (
    <>
      <RecentAuthField />
      <Button
        type="submit"
        look={look}
        aria-disabled={isPending}
        aria-busy={isPending}
        aria-label={label}
        className={`relative ${className}`}
      >
        <span className={isPending ? 'pending-text' : ''}>{children}</span>
        {isPending ? <span className="pending-mark absolute inset-0 m-auto" aria-hidden="true" /> : null}
      </Button>
    </>
  )
}
