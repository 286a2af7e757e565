'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { INVITATIONS_AT_ONCE, type inviteSchema } from '@/lib/invitations/schema'
import * as labels from '@/lib/labels/private'
import { ROLE_NAMES, type Role } from '@/lib/roles'
import { inviteAction } from './actions'

const { Form, TextArea, Select } = formFor<typeof inviteSchema>()
const loadInviteSchema = () => import('@/lib/invitations/schema').then((rules) => rules.inviteSchema)

/** Invites people by email. @param onSent closes the dialog that the form is in, if it is */
export function InviteForm({ slug, roles, onSent }: { slug: string; roles: Role[]; onSent?: () => void }) {
  return (
    <Form
      action={inviteAction.bind(null, slug)}
      schema={loadInviteSchema}
      values={{ emails: '', role: 'MEMBER' }}
      clears
      onSuccess={onSent}
      className="max-w-[560px]"
    >
      <TextArea
        name="emails"
        label={labels.emailAddresses}
        help={`Separate addresses with commas or new lines. Up to ${INVITATIONS_AT_ONCE}.`}
        rows={3}
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Select name="role" label={labels.role} defaultValue="MEMBER">
        {roles.map((role) => (
          <option key={role} value={role}>
            {ROLE_NAMES[role]}
          </option>
        ))}
      </Select>
      <SubmitButton className="mt-2">{labels.sendInvitations}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
