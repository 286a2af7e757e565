'use client'

import { formFor } from '@/components/form-for'
import { ReadOnlyField } from '@/components/ui/field'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { invitationSchema, invitedRegistrationSchema } from '@/lib/invitations/schema'
import * as labels from '@/lib/labels/public'
import { acceptInvitationAction, registerInvitedAction, switchUserAction } from './actions'

const Accept = formFor<typeof invitationSchema>()
const Registration = formFor<ReturnType<typeof invitedRegistrationSchema>>()

export function AcceptForm({ id, accountName }: { id: string; accountName: string }) {
  return (
    <Accept.Form action={acceptInvitationAction} hidden={{ id }}>
      <SubmitButton className="w-full *:min-w-0 *:truncate">{labels.joinAccount(accountName)}</SubmitButton>
      <FormOutcome />
    </Accept.Form>
  )
}

type InvitedProps = { id: string; email: string; accountName: string; passwordMinLength: number }

/** The email and the account come from the invitation, so only a name and a password are needed. */
export function InvitedRegistrationForm({ id, email, accountName, passwordMinLength }: InvitedProps) {
  const schema = () => import('@/lib/invitations/schema').then((rules) => rules.invitedRegistrationSchema(passwordMinLength))
  return (
    <Registration.Form action={registerInvitedAction} schema={schema} hidden={{ id }}>
      <ReadOnlyField label={labels.email} value={email} />
      <Registration.Field name="name" label={labels.yourName} help="Shown to your team. Optional." autoComplete="name" />
      <Registration.PasswordField
        name="password"
        isNew
        context={{ email, accountNames: [accountName] }}
        help={`At least ${passwordMinLength} characters. A few random words work well.`}
      />
      <SubmitButton className="mt-2 w-full">{labels.signUpAndJoin}</SubmitButton>
      <FormOutcome />
    </Registration.Form>
  )
}

export function OtherUserForm({ email, ownEmail }: { email: string; ownEmail: string }) {
  return (
    <>
      <p className="mb-4 text-ink-soft" role="status">
        You’re signed in as <span className="font-medium text-ink">{ownEmail}</span>. This invitation is for {email}. Sign out to accept it.
      </p>
      <form action={switchUserAction}>
        <button
          type="submit"
          className="inline-flex min-h-11 w-full items-center justify-center rounded-control border border-line-strong bg-surface-raised px-4 font-medium hover:bg-surface-sunken"
        >
          {labels.signOutAndContinue}
        </button>
      </form>
    </>
  )
}
