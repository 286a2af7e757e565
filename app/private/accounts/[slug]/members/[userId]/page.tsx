import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { resendVerificationAction } from '@/app/actions'
import { ConfirmFirst } from '@/components/confirm-first'
import { RoleBadge } from '@/components/role-badge'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/labels/private'
import { findMember } from '@/lib/memberships/list'
import { displayName } from '@/lib/people'
import { can, refuse } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { allowedActions } from '../allowed-actions'
import { LeaveForm, OfferForm, RemoveForm, RoleForm } from './forms'
import { Part } from './part'

type Props = { params: Promise<{ slug: string; userId: string }> }

/** Reads the page's member once for its title and its content. */
const readMember = cache(findMember)

async function read({ params }: Props) {
  const { slug, userId } = await params
  const scope = await requireScope(slug, 'member.list')
  return { slug, scope, member: (await readMember(scope, userId)) ?? notFound() }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: displayName((await read(props)).member) }
}

export default async function MemberPage(props: Props) {
  const { slug, scope, member } = await read(props)
  const allowed = allowedActions(scope, member)
  const name = displayName(member)
  const roles = ROLES.filter((newRole) => can(scope, 'member.change-role', { role: member.role, newRole }))
  const mustConfirm = refuse(scope, 'ownership.offer')?.status === 'conflict'
  return (
    <>
      <PageHeader
        back={{ href: sectionPath(slug, 'members'), label: 'Members' }}
        title={name}
        avatar={<Avatar name={name} size="large" />}
        badge={<RoleBadge role={member.role} />}
        line={
          <>
            {member.name && member.email ? `${member.email} · ` : ''}Joined <Moment at={member.since} />
            {member.hasFactor === null ? '' : member.hasFactor ? ' · Has a second factor' : ' · No second factor'}
          </>
        }
      />
      <div className="grid max-w-[560px] gap-4">
        {member.isLastOwner && member.userId === scope.user.id ? (
          <LastOwner slug={slug} accountName={scope.account.name} />
        ) : roles.length ? (
          <div id="change-role">
            <RoleForm slug={slug} userId={member.userId} role={member.role} roles={roles} />
          </div>
        ) : null}
        {allowed.offerOwnership ? (
          <KeepFocus heading="ownership-title">
            <OfferForm slug={slug} userId={member.userId} name={name} isOffered={member.isOfferedOwnership} />
          </KeepFocus>
        ) : null}
        {mustConfirm ? <ConfirmFirst toDo="transfer ownership" resend={resendVerificationAction} /> : null}
        {allowed.leave ? <LeaveForm slug={slug} accountName={scope.account.name} /> : null}
        {allowed.remove ? <RemoveForm slug={slug} userId={member.userId} name={name} accountName={scope.account.name} /> : null}
      </div>
    </>
  )
}

/** Tells the only owner why they can neither leave nor change their role. */
function LastOwner({ slug, accountName }: { slug: string; accountName: string }) {
  return (
    <Part id="leave" title={labels.onlyOwner}>
      <p className="text-ink-soft">
        {accountName} needs an owner, so you can’t leave or change your role. First{' '}
        <Anchor href={sectionPath(slug, 'members')} className="text-accent underline underline-offset-4">
          choose another member
        </Anchor>{' '}
        and either make them an owner too, or offer them your ownership. You can also{' '}
        <Anchor href={sectionPath(slug, 'settings')} className="text-accent underline underline-offset-4">
          delete the account
        </Anchor>
        .
      </p>
    </Part>
  )
}
