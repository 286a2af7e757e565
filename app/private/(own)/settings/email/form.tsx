'use client'

import { EmailField } from '@/components/email-field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { changeEmailSchema } from '@/lib/users/schema'
import { changeEmailAction } from './actions'

export function ChangeEmailForm() {
  return (
    <Form action={changeEmailAction} schema={changeEmailSchema} values={{ email: '' }} clears className="max-w-[400px]">
      <EmailField
        label="New email"
        autoComplete="email"
        help="We send a link there. Your address changes when you open it, and the old one is told."
      />
      <SubmitButton className="mt-2">Change email</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
