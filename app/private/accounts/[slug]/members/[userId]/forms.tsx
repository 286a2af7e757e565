'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { changeRoleSchema, memberSchema } from '@/lib/memberships/schema'
import { ROLE_NAMES, type Role } from '@/lib/roles'
import type { emptySchema } from '@/lib/validation'
import { changeRoleAction, leaveAction, offerOwnershipAction, removeMemberAction, withdrawOwnershipAction } from '../actions'
import { Part } from './part'

const Change = formFor<typeof changeRoleSchema>()
const Member = formFor<typeof memberSchema>()
const Leave = formFor<typeof emptySchema>()
const loadChangeRoleSchema = () => import('@/lib/memberships/schema').then((rules) => rules.changeRoleSchema)

type Props = { slug: string; userId: string }

export function RoleForm({ slug, userId, role, roles }: Props & { role: Role; roles: Role[] }) {
  return (
    <Change.Form
      action={changeRoleAction.bind(null, slug)}
      schema={loadChangeRoleSchema}
      successIn="form"
      values={{ role }}
      hidden={{ userId }}
    >
      <Change.Select
        name="role"
        label={labels.role}
        defaultValue={role}
        help={
          <>
            Owners have full control. Admins manage members, invitations, and settings. Members work on everything else.
            {roles.includes('OWNER') && role !== 'OWNER'
              ? ' An account can have several owners, so you stay an owner if you add another.'
              : ''}
          </>
        }
      >
        {roles.map((each) => (
          <option key={each} value={each}>
            {ROLE_NAMES[each]}
          </option>
        ))}
      </Change.Select>
      <SubmitButton>{labels.changeRole}</SubmitButton>
      <FormOutcome />
    </Change.Form>
  )
}

export function OfferForm({ slug, userId, name, isOffered }: Props & { name: string; isOffered: boolean }) {
  const action = isOffered ? withdrawOwnershipAction : offerOwnershipAction
  return (
    <Part id="ownership" title={labels.transferOwnership}>
      <p className="mb-4 text-ink-soft">
        {isOffered
          ? `You offered ownership to ${name}. Nothing changes until they accept.`
          : `Hand your ownership over to ${name}. Once they accept, they become an owner and you become an admin. To stay an owner, change their role to Owner instead.`}
      </p>
      <Member.Form key={String(isOffered)} action={action.bind(null, slug)} hidden={{ userId }}>
        <SubmitButton look="quiet">{isOffered ? labels.withdrawOffer : labels.offerOwnership}</SubmitButton>
        <FormOutcome />
      </Member.Form>
    </Part>
  )
}

export function RemoveForm({ slug, userId, name, accountName }: Props & { name: string; accountName: string }) {
  return (
    <Part id="remove" title="Remove">
      <p className="mb-4 text-ink-soft">
        {name} loses access to {accountName} right away, and invitations they sent stop working. What they created stays.
      </p>
      <Member.Form action={removeMemberAction.bind(null, slug)} hidden={{ userId }}>
        <SubmitButton look="danger">{labels.removeFromAccount}</SubmitButton>
        <FormOutcome />
      </Member.Form>
    </Part>
  )
}

export function LeaveForm({ slug, accountName }: { slug: string; accountName: string }) {
  return (
    <Part id="leave" title="Leave">
      <p className="mb-4 text-ink-soft">You’ll lose access to {accountName} right away. To rejoin, you’ll need a new invitation.</p>
      <Leave.Form action={leaveAction.bind(null, slug)}>
        <SubmitButton look="danger">{labels.leaveAccount}</SubmitButton>
        <FormOutcome />
      </Leave.Form>
    </Part>
  )
}
