'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { ClientView } from '@/lib/client-view'
import type { Role } from '@/lib/generated/prisma/enums'
import { invitationSchema } from '@/lib/invitations/schema'
import { ROLE_PHRASES } from '@/lib/roles'
import { acceptPendingAction } from './actions'

const { Form } = formFor<typeof invitationSchema>()

/** What Home shows of an invitation. */
export type InvitationView = ClientView<{ id: string; accountName: string; role: Role; inviterName: string }>

/** The user's pending invitations, each with a button that accepts it. */
export function PendingInvitations({ invitations }: { invitations: InvitationView[] }) {
  return (
    <section aria-labelledby="invitations" className="pb-10">
      <h2 id="invitations" className="pb-2 text-heading">
        Invitations
      </h2>
      <ul className="border-y border-line">
        {invitations.map(({ id, accountName, role, inviterName }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">{accountName}</p>
              <p className="text-small text-ink-soft">
                {inviterName} invited you to join as {ROLE_PHRASES[role]}.
              </p>
            </div>
            <Form action={acceptPendingAction} schema={invitationSchema} hidden={{ id }}>
              <SubmitButton look="quiet" label={`Accept the invitation to ${accountName}`}>
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
