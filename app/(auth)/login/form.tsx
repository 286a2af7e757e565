'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { signInSchema } from '@/lib/sessions/schema'
import { loginAction } from './actions'

const { Form, EmailField, PasswordField, Checkbox } = formFor<typeof signInSchema>()
const loadSignInSchema = () => import('@/lib/sessions/schema').then((rules) => rules.signInSchema)

export function LoginForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form id="sign-in" action={loginAction} schema={loadSignInSchema} hidden={{ callbackUrl }} className="mt-6 pb-2">
      <EmailField name="email" autoComplete="username webauthn" />
      <PasswordField name="password" />
      <Checkbox name="remember" label={labels.rememberMe} />
      <SubmitButton className="mt-2 w-full">{labels.signIn}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
