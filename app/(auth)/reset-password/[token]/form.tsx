'use client'

import { formFor } from '@/components/form-for'
import { ReadOnlyField } from '@/components/ui/field'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { PasswordContext } from '@/lib/password/strength'
import type { resetPasswordSchema } from '@/lib/users/schema'
import { resetPasswordAction } from './actions'

const { Form, Field, PasswordField } = formFor<ReturnType<typeof resetPasswordSchema>>()

type Props = { link: string; email: string; context: PasswordContext; needsFactor: boolean; callbackUrl: string; passwordMinLength: number }

export function ResetPasswordForm({ link, email, context, needsFactor, callbackUrl, passwordMinLength }: Props) {
  const schema = () => import('@/lib/users/schema').then((rules) => rules.resetPasswordSchema(passwordMinLength))
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
      {needsFactor ? (
        <Field
          name="code"
          label="Code"
          help="From your authenticator app, or one of your recovery codes."
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          required
        />
      ) : null}
      <SubmitButton className="mt-2 w-full">Set password</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
