'use client'

import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { FormAction } from '@/lib/form'
import * as labels from '@/lib/labels/public'
import type { emptySchema } from '@/lib/validation'
import { formFor } from './form-for'
import type { ButtonLook } from './ui/button'

const { Form } = formFor<typeof emptySchema>()

/** A button that sends the user a new link to confirm their email. */
export function ResendForm({ action, look = 'quiet' }: { action: FormAction<never>; look?: ButtonLook }) {
  return (
    <Form action={action} successIn="form" className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <SubmitButton look={look} className={look === 'main' ? 'w-full' : ''}>
        {labels.sendNewLink}
      </SubmitButton>
      <FormOutcome isInRow />
    </Form>
  )
}
