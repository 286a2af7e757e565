import type { Metadata } from 'next'
import { Moment } from '@/components/moment'
import { PageHeader } from '@/components/page-header'
import { RoleBadge } from '@/components/role-badge'
import { listMembers, type Member } from '@/lib/memberships/memberships'
import { requireScope } from '@/lib/scope'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await requireScope((await params).slug)).account.name }
}

export default async function AccountPage({ params }: Props) {
  const scope = await requireScope((await params).slug)
  const members = await listMembers(scope)
  return (
    <>
      <PageHeader
        title={scope.account.name}
        badge={<RoleBadge role={scope.membership.role} />}
        line="Everyone who belongs to this account."
      />
      <section aria-labelledby="members">
        <h2 id="members" className="pb-2 text-heading">
          Members
        </h2>
        <table className="w-full border-y border-line max-sm:block">
          <thead className="text-left text-small text-ink-soft max-sm:sr-only">
            <tr className="h-11 border-b border-line">
              <th className="pr-2 font-medium">Person</th>
              <th className="px-2 font-medium">Role</th>
              <th className="pl-2 text-right font-medium">Joined</th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {members.map((member) => (
              <MemberRow key={member.userId} member={member} isSelf={member.userId === scope.user.id} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

function MemberRow({ member, isSelf }: { member: Member; isSelf: boolean }) {
  return (
    <tr className="h-11 border-t border-line first:border-t-0 max-sm:grid max-sm:h-auto max-sm:grid-cols-[1fr_auto] max-sm:gap-x-3 max-sm:py-3">
      <td className="min-w-0 py-2 pr-2 max-sm:py-0">
        <span className="font-medium">{member.name ?? member.email}</span>
        {isSelf ? <span className="text-ink-soft"> (you)</span> : null}
        {member.name ? <span className="block text-small text-ink-soft">{member.email}</span> : null}
      </td>
      <td className="px-2">
        <RoleBadge role={member.role} />
      </td>
      <td className="pl-2 text-right text-small text-ink-soft tabular-nums max-sm:pl-0 max-sm:text-left">
        <Moment at={member.since} />
      </td>
    </tr>
  )
}
