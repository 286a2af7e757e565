'use client'

import { ConfirmationField } from '@/components/confirmation-field'
import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { FieldName } from '@/lib/form'
import * as labels from '@/lib/labels/private'
import type { deleteUserSchema } from '@/lib/users/schema'
import { deleteUserAction } from './actions'

const { Form } = formFor<typeof deleteUserSchema>()
const loadDeleteUserSchema = () => import('@/lib/users/schema').then((rules) => rules.deleteUserSchema)

export function DeleteForm({ email }: { email: string }) {
  return (
    <Form action={deleteUserAction} schema={loadDeleteUserSchema} className="max-w-[400px]">
      <ConfirmationField name={'confirmation' satisfies FieldName<typeof deleteUserSchema>} label={labels.yourEmail} text={email} />
      <SubmitButton look="danger" className="mt-2">
        {labels.deleteProfile}
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
