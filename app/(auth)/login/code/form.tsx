'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { signInCodeSchema } from '@/lib/users/schema'
import { signInByCodeAction } from './actions'

const { Form, Field, Checkbox } = formFor<typeof signInCodeSchema>()
const loadSignInCodeSchema = () => import('@/lib/users/schema').then((rules) => rules.signInCodeSchema)

export function SignInCodeForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <Form action={signInByCodeAction} schema={loadSignInCodeSchema} hidden={{ callbackUrl }} className="mt-6">
      <Field
        name="code"
        label={labels.code}
        help="Six digits, if you opened the link in another browser."
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <Checkbox name="remember" label={labels.rememberMe} />
      <SubmitButton className="mt-2 w-full">{labels.signIn}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
