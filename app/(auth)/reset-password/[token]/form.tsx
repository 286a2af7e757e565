'use client'

import { useMemo } from 'react'
import { PasswordField } from '@/components/password-field'
import { Field } from '@/components/ui/field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { resetPasswordSchema } from '@/lib/users/schema'
import { resetPasswordAction } from './actions'

type Props = { link: string; email: string; callbackUrl: string; passwordMinLength: number }

export function ResetPasswordForm({ link, email, callbackUrl, passwordMinLength }: Props) {
  const schema = useMemo(() => resetPasswordSchema(email, passwordMinLength), [email, passwordMinLength])
  return (
    <Form action={resetPasswordAction} schema={schema} values={{ link, email }}>
      <input type="hidden" name="link" value={link} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <Field name="email" label="Email" type="email" defaultValue={email} autoComplete="username" readOnly />
      <PasswordField label="New password" isNew help={`At least ${passwordMinLength} characters. A few random words work well.`} />
      <SubmitButton className="mt-2 w-full">Set password</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
