import { UserPlus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { MemberTable } from '@/components/member-table'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { SearchForm } from '@/components/ui/search-form'
import { sectionPath } from '@/lib/accounts/paths'
import { listMembers } from '@/lib/memberships/list'
import { findOffer } from '@/lib/memberships/ownership'
import { type MemberQuery, memberQuerySchema } from '@/lib/memberships/schema'
import { can } from '@/lib/policy'
import { requireScope } from '@/lib/scope'
import { OwnershipOfferCard } from './ownership'

export const metadata: Metadata = { title: 'Members' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function MembersPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'member.list')
  const query = memberQuerySchema.parse(await searchParams)
  const page = (await listMembers(scope, query)) ?? notFound()
  const offer = await findOffer(scope)
  const path = sectionPath(scope.account.slug, 'members')
  return (
    <>
      <PageHeader
        title="Members"
        line={`Everyone with access to ${scope.account.name}.`}
        action={
          can(scope, 'invitation.list') ? (
            <Button asChild look="main">
              <Link href={sectionPath(scope.account.slug, 'members/invitations')} prefetch={false}>
                <UserPlus className="size-4" aria-hidden="true" />
                Invite people
              </Link>
            </Button>
          ) : null
        }
      />
      {offer ? <OwnershipOfferCard slug={scope.account.slug} accountName={scope.account.name} offererName={offer.offererName} /> : null}
      <SearchForm path={path} label="Search members" search={query.search} />
      <div className="pt-4">
        {page.members.length ? <MemberTable members={page.members} ownId={scope.user.id} path={path} /> : <NoMembers query={query} />}
        <Paging path={path} kept={{ search: query.search }} next={page.next} isFirst={!query.after} />
      </div>
    </>
  )
}

function NoMembers({ query: { search, after } }: { query: MemberQuery }) {
  if (after) return <EmptyState title="No more members">This is the end of the list.</EmptyState>
  return <EmptyState title="No members found">No name or email contains “{search}”.</EmptyState>
}
