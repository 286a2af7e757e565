'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/public'
import type { finishRegistrationSchema } from '@/lib/registrations/schema'
import type { confirmEmailSchema } from '@/lib/users/schema'
import { confirmEmailAction, finishRegistrationAction, verifyEmailAction } from './actions'

const Confirmation = formFor<typeof confirmEmailSchema>()
const { Form, Field, PasswordField } = formFor<typeof finishRegistrationSchema>()
const loadConfirmEmailSchema = () => import('@/lib/users/schema').then((rules) => rules.confirmEmailSchema)
const loadFinishRegistrationSchema = () => import('@/lib/registrations/schema').then((rules) => rules.finishRegistrationSchema)

/** `isOwn`: whether the user of the link is signed in in this browser; if not, the form asks for their password. */
type ConfirmProps = { link: string; isOwn: boolean }

export function VerifyEmailForm(props: ConfirmProps) {
  return <ConfirmForm {...props} action={verifyEmailAction} button={labels.confirmEmail} />
}

export function ConfirmEmailForm(props: ConfirmProps) {
  return <ConfirmForm {...props} action={confirmEmailAction} button={labels.confirmNewEmail} />
}

function ConfirmForm({ action, link, isOwn, button }: ConfirmProps & { action: typeof verifyEmailAction; button: string }) {
  return (
    <Confirmation.Form action={action} schema={loadConfirmEmailSchema} hidden={{ link }}>
      {isOwn ? null : <Confirmation.PasswordField name="password" help="The password you sign in with." />}
      <SubmitButton className="w-full">{button}</SubmitButton>
      <FormOutcome />
    </Confirmation.Form>
  )
}

export type FinishRegistrationProps = {
  link: string
  accountName: string
  /** whether registration started in this browser; if not, the form asks for the chosen password */
  isOwn: boolean
  /** a safe path to go to afterward */
  callbackUrl: string
}

export function FinishRegistrationForm({ link, accountName, isOwn, callbackUrl }: FinishRegistrationProps) {
  return (
    <Form action={finishRegistrationAction} schema={loadFinishRegistrationSchema} values={{ accountName }} hidden={{ link, callbackUrl }}>
      <Field
        name="accountName"
        label={labels.accountName}
        help="Your team or company."
        defaultValue={accountName}
        autoComplete="organization"
        required
      />
      {isOwn ? null : <PasswordField name="password" help="The password you chose when you signed up." />}
      <SubmitButton className="mt-2 w-full">{labels.createAccount}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
