'use client'

import { formFor } from '@/components/form-for'
import { PasskeyButton } from '@/components/passkey-button'
import { ReadOnlyField } from '@/components/ui/field'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { ClientView } from '@/lib/client-view'
import * as labels from '@/lib/labels/public'
import type { PasswordContext } from '@/lib/password/strength'
import type { resetPasswordSchema } from '@/lib/users/schema'
import { resetOptionsAction, resetPasswordAction } from './actions'

const { Form, Field, PasswordField } = formFor<ReturnType<typeof resetPasswordSchema>>()

/** The kinds of factors that the user has, one of which they must verify. */
type NeededFactorsView = ClientView<{ hasTotp: boolean; hasPasskey: boolean }>

type Props = {
  link: string
  email: string
  context: PasswordContext
  needs: NeededFactorsView | null
  callbackUrl: string
  passwordMinLength: number
}

export function ResetPasswordForm({ link, email, context, needs, callbackUrl, passwordMinLength }: Props) {
  const schema = () => import('@/lib/users/schema').then((rules) => rules.resetPasswordSchema(passwordMinLength))
  return (
    <Form id="reset" action={resetPasswordAction} schema={schema} hidden={{ link, callbackUrl }}>
      <ReadOnlyField label={labels.email} value={email} />
      <PasswordField
        name="password"
        label={labels.newPassword}
        isNew
        context={context}
        help={`At least ${passwordMinLength} characters. A few random words work well.`}
      />
      {needs ? (
        <Field
          name="code"
          label={needs.hasTotp ? labels.code : labels.recoveryCode}
          help={needs.hasTotp ? 'From your authenticator app, or one of your recovery codes.' : 'One of the codes you saved.'}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          required
        />
      ) : null}
      <SubmitButton className="mt-2 w-full">{labels.setPassword}</SubmitButton>
      <FormOutcome />
      {needs?.hasPasskey ? (
        <PasskeyButton
          label={labels.setPasswordWithPasskey}
          ceremony="use"
          options={resetOptionsAction}
          action={resetPasswordAction}
          fieldsOf={{ form: 'reset', names: ['link', 'callbackUrl', 'password'] }}
          className="w-full"
        />
      ) : null}
    </Form>
  )
}
