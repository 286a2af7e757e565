'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { FieldName, FormAction } from '@/lib/form'
import { finishRegistrationSchema } from '@/lib/registrations/schema'
import { linkSchema } from '@/lib/users/schema'
import { confirmEmailAction, finishRegistrationAction, verifyEmailAction } from './actions'

const Confirmation = formFor<typeof linkSchema>()
const { Form, Field, PasswordField } = formFor<typeof finishRegistrationSchema>()

export function VerifyEmailForm({ link }: { link: string }) {
  return <LinkForm action={verifyEmailAction} link={link} button="Confirm email" />
}

export function ConfirmEmailForm({ link }: { link: string }) {
  return <LinkForm action={confirmEmailAction} link={link} button="Confirm new email" />
}

type LinkFormProps = { action: FormAction<FieldName<typeof linkSchema>>; link: string; button: string }

function LinkForm({ action, link, button }: LinkFormProps) {
  return (
    <Confirmation.Form action={action} schema={linkSchema} hidden={{ link }}>
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
  /** a safe path to go to afterwards */
  callbackUrl: string
}

export function FinishRegistrationForm({ link, accountName, isOwn, callbackUrl }: FinishRegistrationProps) {
  return (
    <Form action={finishRegistrationAction} schema={finishRegistrationSchema} values={{ accountName }} hidden={{ link, callbackUrl }}>
      <Field
        name="accountName"
        label="Account name"
        help="Your team or company."
        defaultValue={accountName}
        autoComplete="organization"
        required
      />
      {isOwn ? null : <PasswordField name="password" help="The password you chose when you signed up." />}
      <SubmitButton className="mt-2 w-full">Create account</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
