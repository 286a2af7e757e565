'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { deleteAccountSchema } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/private'
import { deleteAccountAction } from './actions'

const { Form, Field } = formFor<typeof deleteAccountSchema>()
const loadDeleteAccountSchema = () => import('@/lib/accounts/schema').then((rules) => rules.deleteAccountSchema)

export function DeleteForm({ slug, accountName }: { slug: string; accountName: string }) {
  return (
    <Form action={deleteAccountAction.bind(null, slug)} schema={loadDeleteAccountSchema} className="max-w-[400px]">
      <Field
        name="confirmation"
        label={labels.confirmDeletion}
        help={
          <>
            Type <strong className="font-semibold text-ink">{accountName}</strong> to confirm.
          </>
        }
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <SubmitButton look="danger" className="mt-2">
        {labels.deleteAccount}
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
