'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { linkSchema } from '@/lib/users/schema'
import { restoreEmailAction } from './actions'

const { Form } = formFor<typeof linkSchema>()

export function RestoreEmailForm({ link }: { link: string }) {
  return (
    <Form action={restoreEmailAction} hidden={{ link }}>
      <SubmitButton className="w-full">{labels.keepEmail}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
