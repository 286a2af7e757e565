'use client'

import type { ReactNode } from 'react'
import { Button, type ButtonLook } from './button'
import { useFormParts } from './form'

/**
 * A form's submit button, below what the form shows before it. While the form is pending, a spinner takes the place of its text,
 * without changing its size.
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
  const { isPending, beforeSubmit } = useFormParts()
  return (
    <>
      {beforeSubmit}
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
