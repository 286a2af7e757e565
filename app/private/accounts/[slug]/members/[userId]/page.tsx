import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { resendVerificationAction } from '@/app/actions'
import { ConfirmFirst } from '@/components/confirm-first'
import { RoleBadge } from '@/components/role-badge'
import { PageHeader } from '@/components/ui/page-header'
import { Moment } from '@/components/ui/time'
import { findMember } from '@/lib/memberships/list'
import { displayName } from '@/lib/people'
import { can, refuse } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { LeaveForm, OfferForm, RemoveForm, RoleForm } from './forms'

export const metadata: Metadata = { title: 'Member' }

type Props = { params: Promise<{ slug: string; userId: string }> }

export default async function MemberPage({ params }: Props) {
  const { slug, userId } = await params
  const scope = await requireScope(slug, 'member.list')
  const member = (await findMember(scope, userId)) ?? notFound()
  const isSelf = member.userId === scope.user.id
  const name = displayName(member)
  const roles = ROLES.filter((newRole) => can(scope, 'member.change-role', { role: member.role, newRole }))
  const mayOffer = can(scope, member.isOfferedOwnership ? 'ownership.withdraw' : 'ownership.offer') && member.role !== 'OWNER'
  const mustConfirm = refuse(scope, 'ownership.offer')?.status === 'conflict'
  return (
    <>
      <PageHeader
        title={name}
        badge={<RoleBadge role={member.role} />}
        line={
          <>
            {member.name && member.email ? `${member.email} · ` : ''}Joined <Moment at={member.since} />
          </>
        }
      />
      <div className="grid max-w-[560px] gap-4">
        {roles.length ? <RoleForm slug={slug} userId={member.userId} role={member.role} roles={roles} /> : null}
        {mayOffer ? <OfferForm slug={slug} userId={member.userId} name={name} isOffered={member.isOfferedOwnership} /> : null}
        {mustConfirm ? <ConfirmFirst toDo="transfer ownership" resend={resendVerificationAction} /> : null}
        {isSelf ? <LeaveForm slug={slug} accountName={scope.account.name} /> : null}
        {!isSelf && can(scope, 'member.remove', { role: member.role }) ? (
          <RemoveForm slug={slug} userId={member.userId} name={name} accountName={scope.account.name} />
        ) : null}
      </div>
      <p className="pt-4">
        <Link
          href={`/private/accounts/${slug}/members`}
          prefetch={false}
          className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
        >
          All members
        </Link>
      </p>
    </>
  )
}
