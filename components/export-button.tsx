'use client'

import { Download } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { FormAction } from '@/lib/form'
import type { Route } from '@/lib/http/paths'
import type { emptySchema } from '@/lib/validation'
import { formFor } from './form-for'

const { Form } = formFor<typeof emptySchema>()

type Props = {
  /** whether the user has just entered their password, so that the file can be downloaded */
  isReady: boolean
  href: Route
  label: string
  /** asks for the password, and then shows the link */
  prepare: FormAction<never>
  prepareLabel?: string
}

let isFocusDue = false // outside the component, because the page mounts again after the password

/** A link to a file, or a button that asks for the password first. The link that replaces the button takes its focus. */
export function ExportButton({ isReady, href, label, prepare, prepareLabel = label }: Props) {
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (!isReady || !isFocusDue) return
    isFocusDue = false
    link.current?.focus()
  }, [isReady])
  if (isReady)
    return (
      <Button asChild>
        <Anchor ref={link} href={href} data-file="">
          <Download className="size-4" aria-hidden="true" />
          {label}
        </Anchor>
      </Button>
    )
  return (
    <Form
      action={prepare}
      onSuccess={() => {
        isFocusDue = true
      }}
    >
      <SubmitButton look="quiet">{prepareLabel}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
