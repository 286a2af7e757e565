'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { Role } from '@/lib/generated/prisma/enums'
import { INVITATIONS_AT_ONCE, invitationSchema, inviteSchema } from '@/lib/invitations/schema'
import { ROLE_NAMES } from '@/lib/roles'
import { inviteAction, resendInvitationAction, revokeInvitationAction } from './actions'

const { Form, TextArea, Select } = formFor<typeof inviteSchema>()
const Invitation = formFor<typeof invitationSchema>()

export function InviteForm({ slug, roles }: { slug: string; roles: Role[] }) {
  return (
    <Form
      action={inviteAction.bind(null, slug)}
      schema={inviteSchema}
      values={{ emails: '', role: 'MEMBER' }}
      clears
      className="max-w-[560px]"
    >
      <TextArea
        name="emails"
        label="Email addresses"
        help={`Separate addresses with commas or new lines. Up to ${INVITATIONS_AT_ONCE}.`}
        rows={3}
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Select name="role" label="Role" defaultValue="MEMBER">
        {roles.map((role) => (
          <option key={role} value={role}>
            {ROLE_NAMES[role]}
          </option>
        ))}
      </Select>
      <SubmitButton className="mt-2">Send invitations</SubmitButton>
      <FormOutcome />
    </Form>
  )
}

export function InvitationActions({ slug, id, email }: { slug: string; id: string; email: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Invitation.Form action={resendInvitationAction.bind(null, slug)} schema={invitationSchema} hidden={{ id }}>
        <SubmitButton look="quiet" label={`Resend to ${email}`}>
          Resend
        </SubmitButton>
        <FormOutcome isInRow />
      </Invitation.Form>
      <Invitation.Form action={revokeInvitationAction.bind(null, slug)} schema={invitationSchema} hidden={{ id }}>
        <SubmitButton look="danger" label={`Revoke the invitation to ${email}`}>
          Revoke
        </SubmitButton>
        <FormOutcome isInRow />
      </Invitation.Form>
    </div>
  )
}
