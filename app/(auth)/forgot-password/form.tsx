'use client'

import { EmailField } from '@/components/email-field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { UntilSent } from '@/components/until-sent'
import { forgotPasswordSchema } from '@/lib/users/schema'
import { forgotPasswordAction } from './actions'

export function ForgotPasswordForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={forgotPasswordAction} schema={forgotPasswordSchema} className="mt-6">
      <UntilSent>
        <input type="hidden" name="callbackUrl" value={callbackUrl} />
        <EmailField />
        <SubmitButton className="mt-2 w-full">Send reset link</SubmitButton>
        <FormOutcome />
      </UntilSent>
    </Form>
  )
}
