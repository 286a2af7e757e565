'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { changePasswordSchema } from '@/lib/password/schema'
import type { PasswordContext } from '@/lib/password/strength'
import { changePasswordAction } from './actions'

const { Form, PasswordField } = formFor<ReturnType<typeof changePasswordSchema>>()

export function PasswordForm({
  email,
  context,
  passwordMinLength,
}: {
  email: string
  context: PasswordContext
  passwordMinLength: number
}) {
  const schema = () => import('@/lib/password/schema').then((rules) => rules.changePasswordSchema(passwordMinLength))
  return (
    <Form action={changePasswordAction} schema={schema} clears successIn="form" className="max-w-[400px]">
      {/* tells the password manager which user this is; it has no name, so it is not submitted */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField name="currentPassword" label={labels.currentPassword} />
      <PasswordField
        name="password"
        isNew
        context={context}
        label={labels.newPassword}
        help={`At least ${passwordMinLength} characters. A few random words work well.`}
      />
      <SubmitButton className="mt-2">{labels.changePassword}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
