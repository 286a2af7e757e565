'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { changeEmailSchema } from '@/lib/users/schema'
import { changeEmailAction } from './actions'

const { Form, EmailField } = formFor<typeof changeEmailSchema>()
const loadChangeEmailSchema = () => import('@/lib/users/schema').then((rules) => rules.changeEmailSchema)

export function ChangeEmailForm() {
  return (
    <Form
      action={changeEmailAction}
      schema={loadChangeEmailSchema}
      values={{ email: '' }}
      clears
      successIn="form"
      className="max-w-[400px]"
    >
      <EmailField
        name="email"
        label={labels.newEmail}
        autoComplete="email"
        help="Your email changes once you confirm it. We’ll also notify your old address."
      />
      <SubmitButton className="mt-2">{labels.changeEmail}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
