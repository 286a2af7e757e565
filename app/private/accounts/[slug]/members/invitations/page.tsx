import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RoleBadge } from '@/components/role-badge'
import { Badge } from '@/components/ui/badge'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { Moment } from '@/components/ui/time'
import { type Invitation, listInvitations } from '@/lib/invitations/invitations'
import { invitationQuerySchema } from '@/lib/invitations/schema'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { InvitationActs, InviteForm } from './forms'

export const metadata: Metadata = { title: 'Invitations' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function InvitationsPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug)
  const { after } = invitationQuerySchema.parse(await searchParams)
  const { invitations, next } = (await listInvitations(scope, after)) ?? notFound()
  const { slug, name } = scope.account
  const roles = ROLES.filter((role) => can(scope, 'invitation.send', { role }))
  return (
    <>
      <PageHeader title="Invite people" line={`Each gets a link by mail. With it they join ${name}, even if they are new here.`} />
      <InviteForm slug={slug} roles={roles} />
      <section aria-labelledby="waiting" className="pt-6">
        <h2 id="waiting" className="pb-2 text-heading">
          Waiting
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
          <EmptyState title="No invitations waiting">Whoever you invite stands here until they accept.</EmptyState>
        )}
        <Paging path={`/private/accounts/${slug}/members/invitations`} kept={{}} next={next} isFirst={!after} />
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
          {inviterName ? `Invited by ${inviterName}` : 'Whoever invited them has left: send it again to make it work'} · sent{' '}
          <Moment at={sentAt} /> · {isExpired ? 'expired' : 'expires'} <Moment at={expiresAt} />
        </p>
      </div>
      {mayAct ? <InvitationActs slug={slug} id={id} email={email} /> : null}
    </li>
  )
}
