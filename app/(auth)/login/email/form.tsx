'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { signInLinkSchema } from '@/lib/users/schema'
import { requestSignInLinkAction } from './actions'

const { Form, EmailField } = formFor<typeof signInLinkSchema>()
const loadSignInLinkSchema = () => import('@/lib/users/schema').then((rules) => rules.signInLinkSchema)

export function SignInLinkForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={requestSignInLinkAction} schema={loadSignInLinkSchema} hidden={{ callbackUrl }} successIn="form" className="mt-6">
      <EmailField name="email" />
      <SubmitButton className="mt-2 w-full">{labels.emailSignInLink}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
