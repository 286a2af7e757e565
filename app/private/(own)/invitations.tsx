'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { OpenInvitation } from '@/lib/invitations/open'
import { invitationSchema } from '@/lib/invitations/schema'
import { ROLE_PHRASES } from '@/lib/roles'
import { acceptPendingAction } from './actions'

const { Form } = formFor<typeof invitationSchema>()

/** The user's pending invitations, each with a button that accepts it. */
export function PendingInvitations({ invitations }: { invitations: OpenInvitation[] }) {
  return (
    <section aria-labelledby="invitations" className="pb-10">
      <h2 id="invitations" className="pb-2 text-heading">
        Invitations
      </h2>
      <ul className="border-y border-line">
        {invitations.map(({ id, account, role, inviterName }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">{account.name}</p>
              <p className="text-small text-ink-soft">
                {inviterName} invited you to join as {ROLE_PHRASES[role]}.
              </p>
            </div>
            <Form action={acceptPendingAction} schema={invitationSchema} hidden={{ id }}>
              <SubmitButton look="quiet" label={`Accept the invitation to ${account.name}`}>
                Accept
              </SubmitButton>
              <FormOutcome />
            </Form>
          </li>
        ))}
      </ul>
    </section>
  )
}
