'use client'

import { lazy, type ReactNode } from 'react'
import { DialogLink } from '@/components/ui/dialog-link'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/labels/private'
import type { Role } from '@/lib/roles'

const InviteForm = lazy(() => import('./invitations/invite-form').then((module) => ({ default: module.InviteForm })))

/** A link to the form that invites people, which opens in a dialog. */
export function InviteLink({ slug, roles, label }: { slug: string; roles: Role[]; label: ReactNode }) {
  return (
    <DialogLink href={sectionPath(slug, 'members/invitations')} label={label} title={labels.invitePeople}>
      {(close) => <InviteForm slug={slug} roles={roles} onSent={close} />}
    </DialogLink>
  )
}
