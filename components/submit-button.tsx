'use client'

import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFormParts } from './form'
import { Button } from './ui/button'

/** The button of a form. While the form is on its way it says so, without changing its size. */
export function SubmitButton({ children, className = '' }: { children: ReactNode; className?: string }) {
  const { isPending } = useFormParts()
  return (
    <Button type="submit" look="main" aria-disabled={isPending} aria-busy={isPending} className={`relative ${className}`}>
      <span className={isPending ? 'opacity-60' : ''}>{children}</span>
      {isPending ? <LoaderCircle className="pending-mark absolute right-3 size-4 animate-spin" aria-hidden="true" /> : null}
    </Button>
  )
}
