'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { signInSchema } from '@/lib/sessions/schema'
import { loginAction } from './actions'

const { Form, EmailField, PasswordField, Checkbox } = formFor<typeof signInSchema>()

export function LoginForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={loginAction} schema={signInSchema} hidden={{ callbackUrl }} className="mt-6">
      <EmailField name="email" autoComplete="username webauthn" />
      <PasswordField name="password" />
      <Checkbox name="remember" label="Remember me" />
      <SubmitButton className="mt-2 w-full">Sign in</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
