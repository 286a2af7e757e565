'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { deleteUserSchema } from '@/lib/users/schema'
import { deleteUserAction } from './actions'

const { Form, Field } = formFor<typeof deleteUserSchema>()
const loadDeleteUserSchema = () => import('@/lib/users/schema').then((rules) => rules.deleteUserSchema)

export function DeleteForm({ email }: { email: string }) {
  return (
    <Form action={deleteUserAction} schema={loadDeleteUserSchema} className="max-w-[400px]">
      <Field
        name="confirmation"
        label={labels.yourEmail}
        help={
          <>
            Type <strong className="font-semibold text-ink">{email}</strong> to confirm.
          </>
        }
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <SubmitButton look="danger" className="mt-2">
        {labels.deleteProfile}
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
