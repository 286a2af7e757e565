'use client'

import { ConfirmationField } from '@/components/confirmation-field'
import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { deleteAccountSchema } from '@/lib/accounts/schema'
import type { FieldName } from '@/lib/form'
import * as labels from '@/lib/labels/private'
import { deleteAccountAction } from './actions'

const { Form } = formFor<typeof deleteAccountSchema>()
const loadDeleteAccountSchema = () => import('@/lib/accounts/schema').then((rules) => rules.deleteAccountSchema)

export function DeleteForm({ slug, accountName }: { slug: string; accountName: string }) {
  return (
    <Form action={deleteAccountAction.bind(null, slug)} schema={loadDeleteAccountSchema} className="max-w-[400px]">
      <ConfirmationField
        name={'confirmation' satisfies FieldName<typeof deleteAccountSchema>}
        label={labels.confirmDeletion}
        text={accountName}
      />
      <SubmitButton look="danger" className="mt-2">
        {labels.deleteAccount}
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
