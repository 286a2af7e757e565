'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { UntilSent } from '@/components/until-sent'
import type { registrationSchema } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/public'
import { registerAction } from './actions'

const { Form, Field, EmailField, PasswordField } = formFor<ReturnType<typeof registrationSchema>>()

export function RegisterForm({ callbackUrl, passwordMinLength }: { callbackUrl: string; passwordMinLength: number }) {
  const schema = () => import('@/lib/accounts/schema').then((rules) => rules.registrationSchema(passwordMinLength))
  return (
    <Form action={registerAction} schema={schema} hidden={{ callbackUrl }} successIn="form" className="mt-6">
      <UntilSent>
        <Field name="accountName" label={labels.accountName} help="Your team or company." autoComplete="organization" required />
        <Field name="name" label={labels.yourName} help="Shown to your team. Optional." autoComplete="name" />
        <EmailField name="email" />
        <PasswordField name="password" isNew help={`At least ${passwordMinLength} characters. A few random words work well.`} />
        <SubmitButton className="mt-2 w-full">{labels.createAccount}</SubmitButton>
        <FormOutcome />
      </UntilSent>
    </Form>
  )
}
