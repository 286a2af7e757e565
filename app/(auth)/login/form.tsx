'use client'

import { EmailField } from '@/components/email-field'
import { PasswordField } from '@/components/password-field'
import { Form, FormOutcome, useFormParts } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { signInSchema } from '@/lib/sessions/schema'
import { loginAction } from './actions'

export function LoginForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={loginAction} schema={signInSchema} className="mt-6">
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <EmailField />
      <PasswordField />
      <Remember />
      <SubmitButton className="mt-2 w-full">Sign in</SubmitButton>
      <FormOutcome />
    </Form>
  )
}

function Remember() {
  const { form, state } = useFormParts()
  const wasChecked = state.status !== 'idle' && state.values.remember === 'on'
  return (
    <div className="flex items-center">
      <label htmlFor="remember" className="flex min-h-11 cursor-pointer items-center gap-3 pr-3">
        <input
          {...form.register('remember')}
          id="remember"
          type="checkbox"
          value="on"
          defaultChecked={wasChecked}
          className="size-5 accent-accent"
        />
        Remember me
      </label>
    </div>
  )
}
