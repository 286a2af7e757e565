'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { UntilSent } from '@/components/until-sent'
import * as labels from '@/lib/labels/public'
import type { forgotPasswordSchema } from '@/lib/users/schema'
import { forgotPasswordAction } from './actions'

const { Form, EmailField } = formFor<typeof forgotPasswordSchema>()
const loadForgotPasswordSchema = () => import('@/lib/users/schema').then((rules) => rules.forgotPasswordSchema)

export function ForgotPasswordForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={forgotPasswordAction} schema={loadForgotPasswordSchema} hidden={{ callbackUrl }} successIn="form" className="mt-2">
      <UntilSent>
        <p className="mb-6 text-ink-soft">Enter your email and we’ll send you a link to choose a new one.</p>
        <EmailField name="email" />
        <SubmitButton className="mt-2 w-full">{labels.sendResetLink}</SubmitButton>
        <FormOutcome />
      </UntilSent>
    </Form>
  )
}
