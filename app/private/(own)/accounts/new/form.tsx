'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { newAccountSchema } from '@/lib/accounts/schema'
import { createAccountAction } from './actions'

const { Form, Field } = formFor<typeof newAccountSchema>()

export function NewAccountForm() {
  return (
    <Form action={createAccountAction} schema={newAccountSchema} className="max-w-[400px]">
      <Field name="accountName" label="Account name" help="Your team or company." autoComplete="organization" required />
      <SubmitButton className="mt-2">Create account</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
