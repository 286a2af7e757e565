import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { resendVerificationAction } from '@/app/actions'
import { ConfirmFirst } from '@/components/confirm-first'
import { EmptyState } from '@/components/empty-state'
import { RoleBadge } from '@/components/role-badge'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { KeepFocus } from '@/components/ui/keep-focus'
import { MENU_ITEM, Menu } from '@/components/ui/menu'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { type Invitation, listInvitations } from '@/lib/invitations/invitations'
import { invitationQuerySchema } from '@/lib/invitations/schema'
import * as labels from '@/lib/labels/private'
import { can, refuse } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { InviteForm } from './invite-form'
import { RowForms } from './row-forms'

export const metadata: Metadata = { title: 'Invitations' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function InvitationsPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'invitation.list')
  const { after } = invitationQuerySchema.parse(await searchParams)
  const { invitations, next } = (await listInvitations(scope, after)) ?? notFound()
  const { slug, name } = scope.account
  const roles = ROLES.filter((role) => can(scope, 'invitation.send', { role }))
  return (
    <>
      <PageHeader
        back={{ href: sectionPath(slug, 'members'), label: 'Members' }}
        title={labels.invitePeople}
        line={`We’ll email each person a link to join ${name}.`}
      />
      {scope.user.emailVerified ? (
        <InviteForm slug={slug} roles={roles} />
      ) : (
        <ConfirmFirst toDo="invite people" resend={resendVerificationAction} />
      )}
      <section aria-labelledby="pending" className="pt-4">
        <h2 id="pending" className="pb-2 text-heading">
          Pending
        </h2>
        <KeepFocus heading="pending">
          {invitations.length ? (
            <ul className="divide-y divide-line border-y border-line">
              {invitations.map((invitation) => (
                <InvitationRow
                  key={invitation.id}
                  slug={slug}
                  invitation={invitation}
                  mayRevoke={can(scope, 'invitation.revoke', { role: invitation.role })}
                  mayRestore={!refuse(scope, 'invitation.send', { role: invitation.role })}
                />
              ))}
            </ul>
          ) : (
            <EmptyState title={labels.noPendingInvitations}>Pending invitations appear here.</EmptyState>
          )}
        </KeepFocus>
        <Paging path={sectionPath(slug, 'members/invitations')} kept={{}} next={next} isFirst={!after} />
      </section>
    </>
  )
}

function InvitedBy({ name }: { name: string }) {
  return (
    <>
      Invited by <Avatar name={name} size="inline" /> {name}
    </>
  )
}

type RowProps = { slug: string; invitation: Invitation; mayRevoke: boolean; mayRestore: boolean }

function InvitationRow({ slug, invitation, mayRevoke, mayRestore }: RowProps) {
  const { id, email, role, inviterName, sentAt, expiresAt, isExpired } = invitation
  return (
    <li>
      <div className="list-line min-h-row max-sm:flex-wrap">
        <Avatar name={email} size="medium" />
        <span className="flex-1 max-sm:basis-[calc(100%-6.5rem)]">
          <b>{email}</b>
          <small>
            {inviterName ? <InvitedBy name={inviterName} /> : 'The inviter has left. Send it again to reactivate it'} · sent{' '}
            <Moment at={sentAt} /> · {isExpired ? 'expired' : 'expires'} <Moment at={expiresAt} />
          </small>
        </span>
        <span className="flex gap-2 max-sm:order-last max-sm:basis-full max-sm:pl-9.5">
          {isExpired ? <Badge>Expired</Badge> : null}
          <RoleBadge role={role} />
        </span>
        {mayRevoke ? (
          <Menu of={id} label={labels.actionsFor(email)}>
            <button type="submit" form={`resend-${id}`} aria-label={labels.sendAgainTo(email)} className={MENU_ITEM}>
              Send again
            </button>
            <button type="submit" form={`revoke-${id}`} aria-label={labels.revokeInvitationTo(email)} className={MENU_ITEM}>
              Revoke
            </button>
          </Menu>
        ) : null}
      </div>
      {mayRevoke ? <RowForms slug={slug} id={id} mayRestore={mayRestore} /> : null}
    </li>
  )
}
