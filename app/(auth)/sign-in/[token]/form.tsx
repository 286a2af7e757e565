'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { confirmSignInSchema } from '@/lib/users/schema'
import { signInByLinkAction } from './actions'

const { Form, Checkbox } = formFor<typeof confirmSignInSchema>()

export function ConfirmSignInForm({ link, callbackUrl }: { link: string; callbackUrl: string }) {
  return (
    <Form action={signInByLinkAction} hidden={{ link, callbackUrl }}>
      <Checkbox name="remember" label="Remember me" />
      <SubmitButton className="mt-2 w-full">Sign in</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
