import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { resendVerificationAction } from '@/app/actions'
import { ConfirmFirst } from '@/components/confirm-first'
import { RoleBadge } from '@/components/role-badge'
import { Badge } from '@/components/ui/badge'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { type Invitation, listInvitations } from '@/lib/invitations/invitations'
import { invitationQuerySchema } from '@/lib/invitations/schema'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { InvitationActions, InviteForm } from './forms'

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
      <PageHeader title="Invite people" line={`We’ll email each person a link to join ${name}.`} />
      {scope.user.emailVerified ? (
        <InviteForm slug={slug} roles={roles} />
      ) : (
        <ConfirmFirst toDo="invite people" resend={resendVerificationAction} />
      )}
      <section aria-labelledby="pending" className="pt-6">
        <h2 id="pending" className="pb-2 text-heading">
          Pending
        </h2>
        {invitations.length ? (
          <ul className="border-y border-line">
            {invitations.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                slug={slug}
                invitation={invitation}
                mayAct={can(scope, 'invitation.revoke', { role: invitation.role })}
              />
            ))}
          </ul>
        ) : (
          <EmptyState title="No pending invitations">Pending invitations appear here.</EmptyState>
        )}
        <Paging path={sectionPath(slug, 'members/invitations')} kept={{}} next={next} isFirst={!after} />
      </section>
    </>
  )
}

function InvitationRow({ slug, invitation, mayAct }: { slug: string; invitation: Invitation; mayAct: boolean }) {
  const { id, email, role, inviterName, sentAt, expiresAt, isExpired } = invitation
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {email} <RoleBadge role={role} /> {isExpired ? <Badge>Expired</Badge> : null}
        </p>
        <p className="text-small text-ink-soft">
          {inviterName ? `Invited by ${inviterName}` : 'The inviter has left. Resend to reactivate'} · sent <Moment at={sentAt} /> ·{' '}
          {isExpired ? 'expired' : 'expires'} <Moment at={expiresAt} />
        </p>
      </div>
      {mayAct ? <InvitationActions slug={slug} id={id} email={email} /> : null}
    </li>
  )
}
