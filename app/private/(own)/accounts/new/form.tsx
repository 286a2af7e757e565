'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { newAccountSchema } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/private'
import { createAccountAction } from './actions'

const { Form, Field } = formFor<typeof newAccountSchema>()
const loadNewAccountSchema = () => import('@/lib/accounts/schema').then((rules) => rules.newAccountSchema)

export function NewAccountForm() {
  return (
    <Form action={createAccountAction} schema={loadNewAccountSchema} className="max-w-[400px]">
      <Field name="accountName" label={labels.accountName} help="Your team or company." autoComplete="organization" required />
      <SubmitButton className="mt-2">{labels.createAccount}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
