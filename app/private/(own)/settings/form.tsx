'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { profileSchema } from '@/lib/users/schema'
import { updateProfileAction } from './actions'

const { Form, Field } = formFor<typeof profileSchema>()
const loadProfileSchema = () => import('@/lib/users/schema').then((rules) => rules.profileSchema)

export function ProfileForm({ name }: { name: string }) {
  return (
    <Form action={updateProfileAction} schema={loadProfileSchema} values={{ name }} successIn="form" className="max-w-[400px]">
      <Field name="name" label={labels.yourName} help="Shown next to your email. Optional." defaultValue={name} autoComplete="name" />
      <SubmitButton className="mt-2">{labels.save}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
