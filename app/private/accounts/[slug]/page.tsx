import Link from 'next/link'
import { notFound } from 'next/navigation'
import { MemberTable } from '@/components/member-table'
import { RoleBadge } from '@/components/role-badge'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import { listMembers } from '@/lib/memberships/list'
import { findOffer } from '@/lib/memberships/ownership'
import { requireScope } from '@/lib/scope'
import { OwnershipOfferCard } from './members/ownership'

type Props = { params: Promise<{ slug: string }> }

export default async function AccountPage({ params }: Props) {
  const scope = await requireScope((await params).slug, 'account.view')
  const { account, membership, user } = scope
  const { members, next } = (await listMembers(scope, { search: '' })) ?? notFound()
  const offer = await findOffer(scope)
  const path = sectionPath(account.slug, 'members')
  return (
    <>
      <PageHeader title={account.name} badge={<RoleBadge role={membership.role} />} line="Everyone with access to this account." />
      {offer ? <OwnershipOfferCard slug={account.slug} accountName={account.name} offererName={offer.offererName} /> : null}
      <section aria-labelledby="members">
        <h2 id="members" className="pb-2 text-heading">
          Members
        </h2>
        <MemberTable members={members} ownId={user.id} path={path} />
        <Link href={path} prefetch={false} className="mt-2 inline-flex min-h-11 items-center text-accent underline underline-offset-4">
          {next ? 'View all members' : 'Manage members'}
        </Link>
      </section>
    </>
  )
}
