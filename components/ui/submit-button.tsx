'use client'

import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { RecentAuthField } from '@/components/recent-auth-field'
import { Button, type ButtonLook } from './button'
import { useFormParts } from './form'

/**
 * The button of a form. While the form is on its way it says so, without changing its size. Above it stands the field for
 * one's password, when the form has come back with the question for it.
 */
export function SubmitButton({
  children,
  look = 'main',
  label,
  className = '',
}: {
  children: ReactNode
  look?: ButtonLook
  /** what the button is called where its words alone do not say it, such as in a list */
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
        <span className={isPending ? 'opacity-60' : ''}>{children}</span>
        {isPending ? <LoaderCircle className="pending-mark absolute right-3 size-4 animate-spin" aria-hidden="true" /> : null}
      </Button>
    </>
  )
}
