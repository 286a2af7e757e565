'use client'

import { Download } from 'lucide-react'
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

/** A link to a file, or a button that asks for the password first. */
export function ExportButton({ isReady, href, label, prepare, prepareLabel = label }: Props) {
  if (isReady)
    return (
      <Button asChild>
        <Anchor href={href} data-file="">
          <Download className="size-4" aria-hidden="true" />
          {label}
        </Anchor>
      </Button>
    )
  return (
    <Form action={prepare}>
      <SubmitButton look="quiet">{prepareLabel}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
