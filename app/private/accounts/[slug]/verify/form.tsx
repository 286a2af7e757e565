'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { verifyPasswordSchema } from '@/lib/account-policies/schema'
import * as labels from '@/lib/labels/private'
import { verifyPasswordAction } from './actions'

const { Form, PasswordField } = formFor<typeof verifyPasswordSchema>()
const loadVerifyPasswordSchema = () => import('@/lib/account-policies/schema').then((rules) => rules.verifyPasswordSchema)

export function VerifyPasswordForm({ email, callbackUrl }: { email: string; callbackUrl: string }) {
  return (
    <Form action={verifyPasswordAction} schema={loadVerifyPasswordSchema} hidden={{ callbackUrl }} className="max-w-[400px]">
      {/* tells the password manager which user this is; it has no name, so it is not submitted */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField name="password" label={labels.yourPassword} />
      <SubmitButton className="mt-2">{labels.continueButton}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
