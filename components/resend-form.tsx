'use client'

import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { pressedSchema } from '@/lib/users/schema'
import { resendVerificationAction } from './actions'
import type { ButtonLook } from './ui/button'

/** A button that emails the signed-in user a new link to confirm their email. */
export function ResendForm({ look = 'quiet' }: { look?: ButtonLook }) {
  return (
    <Form action={resendVerificationAction} schema={pressedSchema} className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <SubmitButton look={look}>Send a new link</SubmitButton>
      <FormOutcome isInRow />
    </Form>
  )
}
