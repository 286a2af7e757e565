'use client'

import { formFor } from '@/components/form-for'
import { Avatar } from '@/components/ui/avatar'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { ClientView } from '@/lib/client-view'
import type { invitationSchema } from '@/lib/invitations/schema'
import * as labels from '@/lib/labels/private'
import { ROLE_PHRASES, type Role } from '@/lib/roles'
import { acceptPendingAction, declinePendingAction } from './actions'

const { Form } = formFor<typeof invitationSchema>()

/** What Home shows of an invitation. */
export type InvitationView = ClientView<{ id: string; accountName: string; role: Role; inviterName: string }>

/**
 * The user's pending invitations, each with buttons that accept and decline it.
 * @param more how many are not shown
 */
export function PendingInvitations({ invitations, more }: { invitations: InvitationView[]; more: number }) {
  return (
    <section aria-labelledby="invitations" className="pb-8">
      <h2 id="invitations" className="pb-2 text-heading">
        Invitations
      </h2>
      <ul className="border-y border-line">
        {invitations.map(({ id, accountName, role, inviterName }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line py-3 first:border-t-0">
            <Avatar name={accountName} kind="account" size="medium" />
            <div className="min-w-0 flex-1 basis-52">
              <p className="font-medium">{accountName}</p>
              <p className="text-small text-ink-soft">
                <Avatar name={inviterName} size="inline" /> {inviterName} invited you to join as {ROLE_PHRASES[role]}.
              </p>
            </div>
            <div className="flex gap-2 max-sm:w-full max-sm:pl-6">
              <Form action={declinePendingAction} hidden={{ id }}>
                <SubmitButton look="plain" label={`Decline the invitation to ${accountName}`}>
                  Decline
                </SubmitButton>
                <FormOutcome isInRow />
              </Form>
              <Form action={acceptPendingAction} hidden={{ id }}>
                <SubmitButton look="quiet" label={labels.acceptInvitationTo(accountName)}>
                  Accept
                </SubmitButton>
                <FormOutcome isInRow />
              </Form>
            </div>
          </li>
        ))}
      </ul>
      {more ? (
        <p className="pt-2 text-small text-ink-soft">
          {more === 1 ? 'One more invitation appears' : `${more} more invitations appear`} here once you accept or decline some of these.
        </p>
      ) : null}
    </section>
  )
}
