'use client'

import { useMemo } from 'react'
import { formFor } from '@/components/form-for'
import { ReadOnlyField } from '@/components/ui/field'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { PasswordContext } from '@/lib/password/strength'
import { resetPasswordSchema } from '@/lib/users/schema'
import { resetPasswordAction } from './actions'

const { Form, PasswordField } = formFor<ReturnType<typeof resetPasswordSchema>>()

type Props = { link: string; email: string; context: PasswordContext; callbackUrl: string; passwordMinLength: number }

export function ResetPasswordForm({ link, email, context, callbackUrl, passwordMinLength }: Props) {
  const schema = useMemo(() => resetPasswordSchema(passwordMinLength), [passwordMinLength])
  return (
    <Form action={resetPasswordAction} schema={schema} hidden={{ link, callbackUrl }}>
      <ReadOnlyField label="Email" value={email} />
      <PasswordField
        name="password"
        label="New password"
        isNew
        context={context}
        help={`At least ${passwordMinLength} characters. A few random words work well.`}
      />
      <SubmitButton className="mt-2 w-full">Set password</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
