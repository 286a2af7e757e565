'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { renameAccountSchema } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/private'
import { renameAccountAction } from './actions'

const { Form, Field } = formFor<typeof renameAccountSchema>()
const loadRenameAccountSchema = () => import('@/lib/accounts/schema').then((rules) => rules.renameAccountSchema)

export function RenameForm({ slug, accountName }: { slug: string; accountName: string }) {
  return (
    <Form
      action={renameAccountAction.bind(null, slug)}
      schema={loadRenameAccountSchema}
      values={{ accountName }}
      successIn="form"
      className="max-w-[400px]"
    >
      <Field
        name="accountName"
        label={labels.accountName}
        help="The account’s URL stays the same, so existing links keep working."
        defaultValue={accountName}
        autoComplete="off"
        required
      />
      <SubmitButton className="mt-2">{labels.save}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
