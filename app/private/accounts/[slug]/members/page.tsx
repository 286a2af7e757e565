import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EmptyState } from '@/components/empty-state'
import { listFor } from '@/components/list-for'
import { type MemberAction, MemberTable, type MemberView } from '@/components/member-table'
import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { Toolbar } from '@/components/ui/toolbar'
import { sectionPath } from '@/lib/accounts/paths'
import { toClient } from '@/lib/client-view'
import * as labels from '@/lib/labels/private'
import { countText } from '@/lib/lists'
import { listMembers, type Member, type MemberPage } from '@/lib/memberships/list'
import { type MemberQuery, memberQuerySchema } from '@/lib/memberships/schema'
import { can } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { type AccountScope, requireScope } from '@/lib/scope'
import { allowedActions } from './allowed-actions'
import { InviteLink } from './invite-link'
import { OwnershipOfferCard } from './ownership'

const { Paging, SearchForm } = listFor<typeof memberQuerySchema>()

export const metadata: Metadata = { title: 'Members' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function MembersPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'member.list')
  const query = memberQuerySchema.parse(await searchParams)
  const page = (await listMembers(scope, query)) ?? notFound()
  const { slug, name } = scope.account
  const path = sectionPath(slug, 'members')
  const { search, role = '', after } = query
  return (
    <>
      <PageHeader title="Members" count={countText(page.count)} action={<Invite scope={scope} />} />
      <KeepFocus heading="page-title">
        {page.offer ? <OwnershipOfferCard slug={slug} accountName={name} offererName={page.offer.offererName} /> : null}
      </KeepFocus>
      <Toolbar>
        <SearchForm path={path} label={labels.searchMembers} search={search} choices={choicesOf(query)} found={foundText(page)} />
        {can(scope, 'invitation.list') ? (
          <Button asChild>
            <Anchor href={sectionPath(slug, 'members/invitations')}>{labels.pendingInvitations}</Anchor>
          </Button>
        ) : null}
      </Toolbar>
      {page.members.length ? (
        <MemberTable slug={slug} members={page.members.map((member) => viewOf(scope, member))} />
      ) : (
        <NoMembers query={query} />
      )}
      <Paging path={path} kept={{ search, role, sort: sortOf(query) }} next={page.next} isFirst={!after} />
    </>
  )
}

/** Returns the order as the URL names it, which leaves the default out. */
const sortOf = ({ sort }: MemberQuery) => (sort === 'name' ? 'name' : '')

function choicesOf(query: MemberQuery) {
  return {
    role: {
      label: labels.show,
      value: query.role ?? '',
      options: { '': 'All roles', owner: 'Owners', admin: 'Admins', member: 'Members' },
    },
    sort: { label: labels.sort, value: sortOf(query), options: { '': 'By date joined', name: 'By name' } },
  }
}

function Invite({ scope }: { scope: AccountScope }) {
  const roles = ROLES.filter((role) => can(scope, 'invitation.send', { role }))
  const label = (
    <>
      <span className="icon-user-plus" />
      {labels.invitePeople}
    </>
  )
  if (roles.length) return <InviteLink slug={scope.account.slug} roles={roles} label={label} />
  if (!can(scope, 'invitation.list')) return null
  return (
    <Button asChild look="main">
      <Anchor href={sectionPath(scope.account.slug, 'members/invitations')}>{label}</Anchor>
    </Button>
  )
}

function viewOf(scope: AccountScope, member: Member): MemberView {
  const actions = Object.entries(allowedActions(scope, member)).flatMap(([action, isAllowed]) =>
    isAllowed ? [action as MemberAction] : [],
  )
  const isSelf = member.userId === scope.user.id
  return toClient({ ...member, actions, isSelf }, [
    'userId',
    'email',
    'name',
    'role',
    'since',
    'isOfferedOwnership',
    'hasFactor',
    'actions',
    'isSelf',
  ])
}

function foundText({ members, next }: MemberPage): string {
  return `${members.length}${next ? ' or more' : ''} ${members.length === 1 ? 'member' : 'members'} found`
}

function NoMembers({ query: { search, role, after } }: { query: MemberQuery }) {
  if (after) return <EmptyState title="No more members">This is the end of the list.</EmptyState>
  if (role && !search) return <EmptyState title={`No ${role}s`}>People with this role appear here.</EmptyState>
  if (role) return <EmptyState title="No members found">{`No ${role}’s name or email contains “${search}”.`}</EmptyState>
  return <EmptyState title="No members found">No name or email contains “{search}”.</EmptyState>
}
