'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { confirmSignInSchema, showSignInCodeSchema } from '@/lib/users/schema'
import { showSignInCodeAction, signInByLinkAction } from './actions'

const { Form, Checkbox } = formFor<typeof confirmSignInSchema>()
const { Form: CodeForm } = formFor<typeof showSignInCodeSchema>()

type Props = { link: string; callbackUrl: string }

export function ShowCodeForm(hidden: Props) {
  return (
    <CodeForm action={showSignInCodeAction} hidden={hidden}>
      <SubmitButton className="w-full">{labels.showCode}</SubmitButton>
      <FormOutcome />
    </CodeForm>
  )
}

export function ConfirmSignInForm({ link, callbackUrl }: Props) {
  return (
    <Form action={signInByLinkAction} hidden={{ link, callbackUrl }}>
      <Checkbox name="remember" label={labels.rememberMe} />
      <SubmitButton className="mt-2 w-full">{labels.signIn}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
