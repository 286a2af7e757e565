'use client'

import { useMemo } from 'react'
import { PasswordField } from '@/components/password-field'
import { Field } from '@/components/ui/field'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { invitationSchema, invitedRegistrationSchema } from '@/lib/invitations/schema'
import { acceptInvitationAction, registerInvitedAction, switchPersonAction } from './actions'

export function AcceptForm({ id, accountName }: { id: string; accountName: string }) {
  return (
    <Form action={acceptInvitationAction} schema={invitationSchema} values={{ id }}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton className="w-full *:min-w-0 *:truncate">{`Join ${accountName}`}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}

type InvitedProps = { id: string; email: string; accountName: string; passwordMinLength: number }

/** The email and the account come from the invitation, so only a password is needed. */
export function InvitedRegistrationForm({ id, email, accountName, passwordMinLength }: InvitedProps) {
  const schema = useMemo(() => invitedRegistrationSchema(email, passwordMinLength), [email, passwordMinLength])
  return (
    <Form action={registerInvitedAction} schema={schema} values={{ id, email, accountName }}>
      <input type="hidden" name="id" value={id} />
      <Field name="email" label="Email" type="email" defaultValue={email} autoComplete="username" readOnly />
      <PasswordField isNew help={`At least ${passwordMinLength} characters. A few random words work well.`} />
      <SubmitButton className="mt-2 w-full">Sign up and join</SubmitButton>
      <FormOutcome />
    </Form>
  )
}

export function OtherPersonForm({ email, ownEmail }: { email: string; ownEmail: string }) {
  return (
    <>
      <p className="mb-4 text-ink-soft" role="status">
        You’re signed in as <span className="font-medium text-ink">{ownEmail}</span>. This invitation is for {email}. Sign out to accept it.
      </p>
      <form action={switchPersonAction}>
        <button
          type="submit"
          className="inline-flex min-h-11 w-full items-center justify-center rounded-control border border-line-strong bg-surface-raised px-4 font-medium hover:bg-surface-sunken"
        >
          Sign out and continue
        </button>
      </form>
    </>
  )
}
