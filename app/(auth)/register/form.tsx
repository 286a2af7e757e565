'use client'

import { useMemo } from 'react'
import { EmailField } from '@/components/email-field'
import { PasswordField } from '@/components/password-field'
import { Field } from '@/components/ui/field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { UntilSent } from '@/components/until-sent'
import { registrationSchema } from '@/lib/accounts/schema'
import { registerAction } from './actions'

export function RegisterForm({ callbackUrl, passwordMinLength }: { callbackUrl: string; passwordMinLength: number }) {
  const schema = useMemo(() => registrationSchema(passwordMinLength), [passwordMinLength])
  return (
    <Form action={registerAction} schema={schema} className="mt-6">
      <UntilSent>
        <input type="hidden" name="callbackUrl" value={callbackUrl} />
        <Field name="accountName" label="Account name" help="Your team or company." autoComplete="organization" required />
        <EmailField />
        <PasswordField isNew help={`At least ${passwordMinLength} characters. A few random words work well.`} />
        <SubmitButton className="mt-2 w-full">Create account</SubmitButton>
        <FormOutcome />
      </UntilSent>
    </Form>
  )
}
