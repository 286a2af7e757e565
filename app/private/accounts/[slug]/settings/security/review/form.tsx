'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { policySchema } from '@/lib/account-policies/form-schema'
import * as labels from '@/lib/labels/private'
import { changePolicyAction } from '../actions'

const { Form } = formFor<typeof policySchema>()

export function SavePolicyForm({ slug, values }: { slug: string; values: Record<keyof typeof policySchema.shape, string> }) {
  return (
    <Form action={changePolicyAction.bind(null, slug)} hidden={values} className="max-w-[400px]">
      <SubmitButton>{labels.savePolicy}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
