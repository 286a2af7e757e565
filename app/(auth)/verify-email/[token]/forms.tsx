'use client'

import type { ComponentProps } from 'react'
import { PasswordField } from '@/components/password-field'
import { Field } from '@/components/ui/field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { finishRegistrationSchema } from '@/lib/registrations/schema'
import { linkSchema } from '@/lib/users/schema'
import { confirmEmailAction, finishRegistrationAction, verifyEmailAction } from './actions'

export function VerifyEmailForm({ link }: { link: string }) {
  return <LinkForm action={verifyEmailAction} link={link} button="Confirm email" />
}

export function ConfirmEmailForm({ link }: { link: string }) {
  return <LinkForm action={confirmEmailAction} link={link} button="Confirm new email" />
}

function LinkForm({ action, link, button }: { action: ComponentProps<typeof Form>['action']; link: string; button: string }) {
  return (
    <Form action={action} schema={linkSchema} values={{ link }}>
      <input type="hidden" name="link" value={link} />
      <SubmitButton className="w-full">{button}</SubmitButton>
      <FormOutcome />
    </Form>
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
    <Form action={finishRegistrationAction} schema={finishRegistrationSchema} values={{ link, accountName }}>
      <input type="hidden" name="link" value={link} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <Field
        name="accountName"
        label="Account name"
        help="Your team or company."
        defaultValue={accountName}
        autoComplete="organization"
        required
      />
      {isOwn ? null : <PasswordField help="The password you chose when you signed up." />}
      <SubmitButton className="mt-2 w-full">Create account</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
